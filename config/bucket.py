"""Uploads in an S3 bucket: nobody reads it but we, so that every file is still asked for through the site."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from storages.backends.s3 import S3Storage


class Bucket(S3Storage):
    """Like the disk to whoever uses it: the same addresses, and its failures are those of a disk."""

    def get_default_settings(self) -> dict[str, Any]:
        return super().get_default_settings() | {
            "default_acl": None,  # as private as the bucket
            "file_overwrite": True,  # our names are random: asking first whether one is free costs a request
            "client_config": Config(
                connect_timeout=5, read_timeout=20, retries={"max_attempts": 2}, signature_version="s3v4",
                # A bucket behind an address of its own is named in the path.
                s3={"addressing_style": "path" if settings.MEDIA_ENDPOINT else "auto"},
            ),
        }  # fmt: skip

    def url(self, name: str | None, *args: Any, **options: Any) -> str:
        return f"{settings.MEDIA_URL}{name}"

    def _save(self, name: str, content: Any) -> str:
        with _failing_like_a_disk():
            return super()._save(name, content)

    def _open(self, name: str, mode: str = "rb") -> Any:
        with _failing_like_a_disk():
            return super()._open(name, mode)

    def delete(self, name: str) -> None:
        with _failing_like_a_disk():
            super().delete(name)


@contextmanager
def _failing_like_a_disk() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise OSError(f"The bucket does not answer as it should: {error}") from error
