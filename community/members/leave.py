"""Deleting an account: asked for, taken back within a week, then done by the daily task."""

import logging

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext
from django_q.tasks import async_task

from community.lib.person_words import Person
from community.members import forget, left
from community.members.mail import queue_mail
from community.members.models import Member, Site
from community.members.privacy import CHANGE_OF_MIND, Deletion, Leaver, erasers, withdrawers
from community.members.roles import Role

log = logging.getLogger(__name__)


class DeletionRefused(Exception):
    """Carries a sentence that says why."""


@transaction.atomic
def ask_deletion(member: Member, kind: str) -> Deletion:
    """Delete this account in a week; everybody who is logged in to it is logged out. Raises DeletionRefused."""
    if _is_last_admin(member):
        raise DeletionRefused(_("You are the only administrator. Make somebody else administrator first, in /admin/."))
    deletion, _is_new = Deletion.objects.update_or_create(
        member=member, defaults={"kind": kind, "asked_at": timezone.now()}
    )
    forget.end_sessions(member)
    _tell(deletion)
    return deletion


@transaction.atomic
def withdraw_deletion(member: Member) -> bool:
    """Keep the account after all; False when there was nothing to take back."""
    return bool(Deletion.objects.filter(member=member).delete()[0])


def queue_due() -> None:
    """One task for each deletion whose week is over: one that fails holds up none of the others."""
    for pk in Deletion.objects.filter(asked_at__lt=timezone.now() - CHANGE_OF_MIND).values_list("pk", flat=True):
        async_task("community.members.leave.finish", pk, timeout=settings.LONG_TASK_TIMEOUT)


def finish(deletion_id: int) -> None:
    """Run by the cluster; a second run finds nothing left."""
    deletion = Deletion.objects.select_related("member").filter(pk=deletion_id).first()
    if deletion is None or timezone.now() < deletion.due_at:
        return
    if _is_last_admin(deletion.member):  # the others left meanwhile
        log.error("member %s is the only administrator left and is not deleted", deletion.member_id)
        return
    leave(deletion.member, erases=deletion.kind == Deletion.Kind.ERASE)
    log.info("a member was deleted: %s", deletion.kind)


@transaction.atomic
def leave(member: Member, *, erases: bool) -> None:
    """Delete a member now, with everything that names them; with `erases` what they wrote goes too."""
    # Who writes counts the day's posts under this lock: nobody writes as them from here on.
    Member.objects.select_for_update().filter(pk=member.pk).values_list("pk").first()
    leaver = Leaver(member, person_of(member), erases)
    if erases:
        for withdraw in withdrawers:
            withdraw(leaver)
    for erase in erasers:
        erase(leaver)
    forget.forget(leaver)
    member_id = member.pk
    Member.objects.filter(pk=member_id).delete()
    transaction.on_commit(lambda: left.note(member_id, erases))
    Site.touch()  # counts and names may stand on any page


def person_of(member: Member) -> Person:
    addresses = {*EmailAddress.objects.filter(user=member).values_list("email", flat=True), member.email or ""}
    with override(Site.current().language):
        former = pgettext("author", "Former member")
    return Person(member.handle, tuple(sorted(addresses - {""})), former, member.name)


def _is_last_admin(member: Member) -> bool:
    others = Member.objects.filter(role=Role.ADMIN, is_active=True).exclude(pk=member.pk)
    # An administrator who is about to leave is none who stays.
    return member.is_admin and not others.filter(deletion=None).exists()


def _tell(deletion: Deletion) -> None:
    member = deletion.member
    if not member.email:
        return
    with override(member.language):
        words = _(
            "You asked us to delete your account. It is deleted after %(date)s.\n\n"
            "Did you change your mind, or was it not you? Log in before that day and keep it:\n\n%(address)s"
        )
        told = {"date": date_format(deletion.due_at), "address": f"{settings.SITE_URL}/me/privacy/"}
        queue_mail(member.email, _("Your account will be deleted"), words % told)
