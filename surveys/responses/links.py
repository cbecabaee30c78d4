"""The one address of an invitation: signed, so that nobody answers for another, and always the same."""

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

from surveys.responses.models import Invitation

_ANSWER = "hearback.survey.answer"
_END = "hearback.survey.end"
_KEY = "hearback.survey.response"


def address_of(invitation: Invitation) -> str:
    return f"{settings.SITE_URL}{path_of(invitation)}"


def path_of(invitation: Invitation) -> str:
    return f"/s/{_sign(invitation.pk, _ANSWER)}/"


def invited_by(token: str) -> Invitation | None:
    """What the token may answer; None for one that is not ours or whose invitation is gone."""
    pk = _read(token, _ANSWER)
    asked = Invitation.objects.select_related("campaign__product", "person__member", "wording")
    return asked.filter(pk=pk).first() if pk else None


def end_of(invitation: Invitation) -> str:
    """Where the person says that they want no surveys, for ever."""
    return f"{settings.SITE_URL}{end_path_of(invitation)}"


def end_path_of(invitation: Invitation) -> str:
    return f"/s/end/{_sign(invitation.person_id, _END)}/"


def ended_by(token: str) -> int | None:
    """The person whom the token lets end surveys, by number."""
    return _read(token, _END)


def key_of(invitation: Invitation) -> str:
    """What the answer to an invitation is kept under; from it nobody finds the invitation without our secret key."""
    return salted_hmac(_KEY, str(invitation.pk), algorithm="sha256").hexdigest()


def _sign(pk: int, salt: str) -> str:
    return signing.Signer(salt=salt, sep=".").sign(str(pk))


def _read(token: str, salt: str) -> int | None:
    try:
        said = signing.Signer(salt=salt, sep=".").unsign(token)
    except signing.BadSignature:
        return None
    return int(said)
