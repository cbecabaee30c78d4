"""The survey at an address of its own, to be sent, or printed as a code."""

from io import BytesIO
from urllib.parse import urlencode

import qrcode
from django.conf import settings
from qrcode.image.pil import PilImage
from qrcode.image.svg import SvgPathImage

from surveys.embed.models import Widget

BOX = 20  # pixels of a square: 4 cm of a poster at 300 dots an inch


def address_of(widget: Widget, language: str = "") -> str:
    """In one language, or in that of the reader."""
    return f"{settings.SITE_URL}{widget.path}{'?' + urlencode({'language': language}) if language else ''}"


def svg(address: str) -> str:
    """The code as a drawing that any size of paper takes."""
    return str(qrcode.make(address, image_factory=SvgPathImage).to_string(encoding="unicode"))


def png(address: str) -> bytes:
    drawn, kept = qrcode.make(address, image_factory=PilImage, box_size=BOX), BytesIO()
    drawn.save(kept, format="PNG")
    return kept.getvalue()
