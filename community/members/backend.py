"""Who somebody is: allauth's backend, refusing accounts that are not active or are suspended."""

from allauth.account.auth_backends import AuthenticationBackend

from community.members.models import Member


class MemberBackend(AuthenticationBackend):
    def get_user(self, user_id: int) -> Member | None:
        # Not .first(): it sorts the one row there can be, and every page of a member asks this.
        member = next(iter(Member.objects.filter(pk=user_id, is_active=True)), None)
        return None if member and member.is_suspended else member
