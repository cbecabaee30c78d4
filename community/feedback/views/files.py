"""Files that people attach: taken in, and given to whoever may read the words they belong to."""

from datetime import timedelta

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponse, HttpResponseNotModified, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.feedback.access import open_file
from community.feedback.attach import FileRefused, attach
from community.feedback.attachments import Attachment
from community.feedback.models import Item
from community.members import limits
from community.members.requests import Request

KEPT = timedelta(minutes=5)  # by browsers and caches, of what everybody may read


@require_POST
def upload(request: Request) -> HttpResponse:
    """A file for words still being written: 201 {id, name, url, markdown, note}, else {error}."""
    if not request.user.is_authenticated:
        return JsonResponse({"error": _("Log in to attach files. Your text is kept.")}, status=403)
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"error": _("Choose a file first.")}, status=422)
    try:
        limits.count_upload(request)  # type: ignore[arg-type]
        attachment = attach(file, by=request.user, alt=request.POST.get("alt", ""))
    except limits.LimitReached as refusal:
        return JsonResponse({"error": str(refusal)}, status=429)
    except FileRefused as refusal:
        return JsonResponse({"error": str(refusal)}, status=refusal.status)
    return JsonResponse(told(attachment), status=201)


def told(attachment: Attachment) -> dict[str, object]:
    note = _("This animation stands still here: we keep its first picture.") if attachment.was_moving else ""
    url = attachment.get_absolute_url()
    return {
        "id": attachment.pk, "name": attachment.name, "url": url, "markdown": attachment.markdown, "note": note,
    }  # fmt: skip


@require_safe
def file(request: Request, pk: int, name: str, small: bool = False) -> HttpResponseBase:
    """The file, or the small form of a picture, if this viewer may read what it belongs to at this moment.

    The name in the address is for people: words keep the one they were posted with, also where it was taken away since.
    """
    attachment, item = open_file(request.user, pk)
    if small and not attachment.is_picture:
        raise Http404
    etag = f'"{pk}{"s" * small}"'
    stored = attachment.small if small and attachment.small else attachment.file
    if request.META.get("HTTP_IF_NONE_MATCH") == etag:
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        response = _stored(stored, attachment)
    response.headers["ETag"] = etag
    return _guarded(response, item)


def _stored(stored: FieldFile, attachment: Attachment) -> FileResponse:
    try:
        content = stored.open("rb")
    except OSError as error:
        raise Http404 from error
    return FileResponse(
        content, content_type=attachment.content_type, filename=attachment.name,
        as_attachment=not attachment.is_picture,
    )  # fmt: skip


def _guarded(response: HttpResponseBase, item: Item | None) -> HttpResponseBase:
    """Never run as a page, and kept by nobody who would show it to others (ABUSE E68, B29)."""
    is_public = item is not None and item.is_public
    kept = f"public, max-age={int(KEPT.total_seconds())}" if is_public else "private, no-cache"
    response.headers["Cache-Control"] = kept
    # The browser's own page around a picture has a style.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    if not is_public:
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
