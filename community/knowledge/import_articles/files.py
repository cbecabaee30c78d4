"""Pictures and files that lie beside the articles. Nothing is fetched, and nothing outside the folder is read."""

import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile

from community.feedback.attach import FileRefused, keep_brought
from community.feedback.attachments import Attachment
from community.lib.pictures import MOST_BYTES

ARTICLES = (".md", ".markdown", ".mdx", ".html", ".htm")
_NAMED = re.compile(r"""(?:\]\(<?|(?:src|href)\s*=\s*["'])([^()\s<>"']+)""")
# Zendesk's own address of an attachment, which its exports keep in folders of the same name.
_ZENDESK = re.compile(r"/(article_attachments/[^?#]+)")


@dataclass(frozen=True, slots=True)
class Folder:
    """Where an article lay, inside the folder that was given."""

    here: Path
    root: Path

    def find(self, address: str) -> Path | None:
        """The file that an address names, where it is here."""
        zendesk = _ZENDESK.search(address)
        if zendesk:
            return self._inside(self.root, zendesk[1])
        if re.match(r"[a-z][a-z0-9+.-]*:|//|#", address, re.I):
            return None
        return self._inside(self.root, address.lstrip("/")) if address[:1] == "/" else self._inside(self.here, address)

    def named_in(self, words: str) -> dict[str, Path]:
        """Address → file, of all the files here that words name."""
        found = {address: self.find(address) for address in dict.fromkeys(_NAMED.findall(words))}
        return {address: path for address, path in found.items() if path and path.suffix.lower() not in ARTICLES}

    def article(self, address: str) -> str:
        """The name of another article of the folder that an address leads to; "" when it leads to none."""
        path = self.find(address)
        return path.relative_to(self.root).as_posix() if path and path.suffix.lower() in ARTICLES else ""

    def _inside(self, start: Path, address: str) -> Path | None:
        try:
            path = (start / unquote(urlsplit(address).path)).resolve()
            return path if path.is_relative_to(self.root) and path.is_file() else None
        except (ValueError, OSError):
            return None


def keep(path: Path) -> Attachment:
    """The file as an attachment that waits for its article. Raises FileRefused."""
    if path.stat().st_size > MOST_BYTES:
        raise FileRefused(f"{path.name} has more than 8 MB", 413)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return keep_brought(SimpleUploadedFile(path.name, path.read_bytes(), kind))


def address_of(attachment: Attachment) -> str:
    return f"/files/{attachment.pk}/{quote(attachment.name)}"
