"""Files that people attach in tests, made on the spot."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from community.feedback.attachments import Attachment


def packed(kind: str = "PNG", size: tuple[int, int] = (300, 200), **options: Any) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, "teal").save(content, kind, **options)
    return content.getvalue()


def picture(
    kind: str = "PNG", size: tuple[int, int] = (300, 200), *, name: str = "", **options: Any
) -> SimpleUploadedFile:
    return SimpleUploadedFile(name or f"screen.{kind.lower()}", packed(kind, size, **options))


def pdf(name: str = "report.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7\n" + b"x" * 2_391)


def send(browser: Client, file: SimpleUploadedFile | None = None, **words: Any) -> Any:
    return browser.post("/files/", {"file": file or picture(), **words})


def attachment(browser: Client, file: SimpleUploadedFile | None = None, **words: Any) -> Attachment:
    """A file taken in, by whoever the browser is."""
    answer = send(browser, file, **words)
    assert answer.status_code == 201, answer.content
    return Attachment.objects.get(pk=answer.json()["id"])


def status(browser: Client, address: str) -> int:
    return read(browser, address)[0]


def read(browser: Client, address: str, **headers: str) -> tuple[int, bytes, Any]:
    """Status, content and headers; read to its end, for closing it early closes the connection of the test."""
    answer = browser.get(address, headers=headers)
    return answer.status_code, b"".join(answer) if answer.streaming else answer.content, answer.headers
