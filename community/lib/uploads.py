"""How much one request may upload, said before any of it is read."""

from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from community.lib.pictures import MOST_BYTES

MOST_REQUEST_BYTES = MOST_BYTES + 2 * 1024 * 1024  # a picture and the fields around it


class Quota(FileUploadHandler):
    """Refuses a form that announces more: Django limits fields and their number, not the bytes of files (ABUSE C45)."""

    def handle_raw_input(
        self, input_data: IO[bytes], META: dict[str, Any], content_length: int, boundary: str, encoding: Any = None
    ) -> None:
        if content_length > MOST_REQUEST_BYTES:
            raise RequestDataTooBig("The form is larger than anything this site takes.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
