"""Uploaded files: only those that we made ourselves, from a short list of types, never run as a page."""

from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest
from django.utils._os import safe_join

TYPES = {".webp": "image/webp", ".png": "image/png", ".jpg": "image/jpeg"}


def media(request: HttpRequest, name: str) -> FileResponse:
    kind = TYPES.get(Path(name).suffix)
    if kind is None or "\0" in name:
        raise Http404
    try:
        file = Path(safe_join(settings.MEDIA_ROOT, name))
        response = FileResponse(file.open("rb"), content_type=kind)
    except (OSError, SuspiciousFileOperation) as error:
        raise Http404 from error
    # The name changes with the picture.
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
