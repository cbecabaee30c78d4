"""Who somebody is: allauth's backend, refusing accounts that are not active or are suspended."""

from allauth.account.auth_backends import AuthenticationBackend

from community.members.models import Member


class MemberBackend(AuthenticationBackend):
    def get_user(self, user_id: int) -> Member | None:
        member = Member.objects.filter(pk=user_id, is_active=True).first()
        return None if member and member.is_suspended else member
