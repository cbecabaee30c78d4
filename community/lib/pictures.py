"""Pictures that people upload: opened with care, made anew, without what they carried along."""

import io
import secrets
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 40_000_000
MOST_BYTES = 8 * 1024 * 1024
SIDE = 96  # pixels of a face
SMALL = (720, 540)  # the box that a picture in a post fits into
WHOLE_PIXELS = 8_000_000  # of what opens behind it: a screen of 4K, and no more to pack than a second's work
LONGEST_SIDE = 16_000  # WebP ends at 16,383
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")


class PictureRefused(ValueError):
    """Carries a sentence that says what to do."""


class PictureTooLarge(PictureRefused):
    """Has more bytes or pixels than anybody may bring."""


class Shown(NamedTuple):
    """A picture for a post: the whole, and where it does not fit the box a small one to stand for it."""

    whole: ContentFile
    size: tuple[int, int]
    small: ContentFile | None
    small_size: tuple[int, int]
    was_moving: bool  # what moved stands still: packing a film would take longer than a request may


def face_from(file: UploadedFile) -> ContentFile:
    """A square WebP of 96 pixels from any picture of the allowed formats, decided by content.

    Raises PictureRefused for too many bytes or pixels and for what is no such picture.
    """
    with _opened(file) as picture:
        face = ImageOps.fit(_upright(picture).convert("RGB"), (SIDE, SIDE))
        return _packed(face, name="face.webp")


def logo_from(file: UploadedFile) -> ContentFile:
    """The same for a logo: all of it in the square, see-through around it. Refuses what moves, too.

    Its name is new each time, for browsers keep what they have under the old one.
    """
    with _opened(file) as picture:
        if _moves(picture):
            raise PictureRefused(_("A logo cannot move. Choose a picture without animation."))
        logo = ImageOps.pad(_upright(picture).convert("RGBA"), (SIDE, SIDE), color=(0, 0, 0, 0))
        return _packed(logo, name=f"logo-{secrets.token_urlsafe(6)}.webp")


def shown_from(file: UploadedFile) -> Shown:
    """The same for a picture in a post; of what moves only the first picture."""
    with _opened(file) as picture:
        was_moving = _moves(picture)
        picture.draft(None, _largest(picture.size))  # a JPEG is read at the size that is needed
        # Small before anything else: each copy of forty megapixels is 160 MB of the worker's memory.
        whole = picture if picture.mode in ("RGB", "RGBA") else picture.convert(_colours(picture))
        whole.thumbnail(_largest(whole.size))
        whole = _upright(whole).convert(_colours(whole))
        small = whole.copy()
        small.thumbnail(SMALL)
        is_small = small.size == whole.size
        return Shown(
            whole=_packed(whole, name="whole.webp"),
            size=whole.size,
            small=None if is_small else _packed(small, name="small.webp"),
            small_size=small.size,
            was_moving=was_moving,
        )


def _largest(size: tuple[int, int]) -> tuple[int, int]:
    """The size, made smaller where it is more than we keep, in the same proportion."""
    width, height = size
    ratio = min(1.0, (WHOLE_PIXELS / (width * height)) ** 0.5, LONGEST_SIDE / max(size))
    return max(1, int(width * ratio)), max(1, int(height * ratio))


def _colours(picture: Image.Image) -> str:
    return "RGBA" if picture.has_transparency_data else "RGB"


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera says that it was held."""
    return ImageOps.exif_transpose(picture)


def _moves(picture: Image.Image) -> bool:
    # A telephone's JPEG may hold a second picture for depth (MPO), which is no animation.
    return picture.format != "MPO" and bool(getattr(picture, "is_animated", False))


@contextmanager
def _opened(file: UploadedFile) -> Iterator[Image.Image]:
    """The pixel count is read from the header, before anything is decompressed."""
    too_many = _("This picture has more than 40 megapixels. Choose a smaller one.")
    if (file.size or 0) > MOST_BYTES:
        raise PictureTooLarge(_("This picture has more than 8 MB. Choose a smaller one."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(file, formats=FORMATS)
            if picture.width * picture.height > MOST_PIXELS:
                raise PictureTooLarge(too_many)
            yield picture
    except PictureRefused:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PictureTooLarge(too_many) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        words = _("We cannot read this picture. Choose a JPEG, PNG, WebP, GIF or AVIF.")
        raise PictureRefused(words) from error


def _packed(picture: Image.Image, *, name: str) -> ContentFile:
    """As WebP, with nothing of what it carried: no place, no camera, no thumbnail of what was cut off."""
    packed = io.BytesIO()
    picture.save(packed, "WEBP", quality=80)
    return ContentFile(packed.getvalue(), name=name)
