"""Pictures that every page may show, faces and logos: only what we made ourselves, never run as a page.

What people attach lies beside them and is not served here: it has an address that asks who reads.
"""

import posixpath
from pathlib import PurePosixPath

from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest

TYPES = {".webp": "image/webp", ".png": "image/png", ".jpg": "image/jpeg"}
FOLDERS = ("faces", "brand")


def media(request: HttpRequest, name: str) -> FileResponse:
    path = PurePosixPath(posixpath.normpath(name))
    kind = TYPES.get(path.suffix)
    if kind is None or "\0" in name or path.parts[0] not in FOLDERS:
        raise Http404
    try:
        response = FileResponse(default_storage.open(str(path)), content_type=kind)
    except (OSError, SuspiciousOperation) as error:
        raise Http404 from error
    # The name changes with the picture.
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
