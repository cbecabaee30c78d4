"""Who somebody is: allauth's backend, refusing accounts that are not active."""

from allauth.account.auth_backends import AuthenticationBackend

from community.members.models import Member


class MemberBackend(AuthenticationBackend):
    def get_user(self, user_id: int) -> Member | None:
        return Member.objects.filter(pk=user_id, is_active=True).first()
