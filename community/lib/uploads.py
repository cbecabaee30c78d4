"""Uploads: how much one request may bring, said before any of it is read, and files kept whole or not at all."""

from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadhandler import FileUploadHandler


class Quota(FileUploadHandler):
    """Refuses a form that announces more: Django limits fields and their number, not the bytes of files (ABUSE C45)."""

    def handle_raw_input(
        self, input_data: IO[bytes], META: dict[str, Any], content_length: int, boundary: str, encoding: Any = None
    ) -> None:
        if content_length > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("The form is larger than anything this site takes.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class WholeFiles(FileSystemStorage):
    """Leaves no half file behind where the disk is full (ABUSE E76)."""

    def _save(self, name: str, content: Any) -> str:
        try:
            return super()._save(name, content)  # type: ignore[misc]
        except OSError:
            # Nobody else's: the storage asks for a name that is free, and ours are random besides.
            with suppress(OSError):
                Path(self.path(name)).unlink()
            raise
