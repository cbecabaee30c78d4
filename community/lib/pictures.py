"""Pictures that people upload: opened with care, made anew, without what they carried along."""

import io
import secrets
import warnings
from collections.abc import Callable

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 40_000_000
MOST_BYTES = 8 * 1024 * 1024
SIDE = 96  # pixels
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")


class PictureRefused(ValueError):
    """Carries a sentence that says what to do."""


def face_from(file: UploadedFile) -> ContentFile:
    """A square WebP of 96 pixels from any picture of the allowed formats, decided by content.

    Raises PictureRefused for too many bytes or pixels and for what is no such picture.
    """
    return _made_from(
        file, lambda picture: ImageOps.fit(_upright(picture).convert("RGB"), (SIDE, SIDE)), name="face.webp"
    )


def logo_from(file: UploadedFile) -> ContentFile:
    """The same for a logo: all of it in the square, see-through around it. Refuses what moves, too.

    Its name is new each time, for browsers keep what they have under the old one.
    """

    def contained(picture: Image.Image) -> Image.Image:
        if getattr(picture, "is_animated", False):
            raise PictureRefused(_("A logo cannot move. Choose a picture without animation."))
        return ImageOps.pad(_upright(picture).convert("RGBA"), (SIDE, SIDE), color=(0, 0, 0, 0))

    return _made_from(file, contained, name=f"logo-{secrets.token_urlsafe(6)}.webp")


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera says that it was held."""
    return ImageOps.exif_transpose(picture)


def _made_from(file: UploadedFile, make: Callable[[Image.Image], Image.Image], *, name: str) -> ContentFile:
    """The pixel count is read from the header, before anything is decompressed."""
    if (file.size or 0) > MOST_BYTES:
        raise PictureRefused(_("This picture has more than 8 MB. Choose a smaller one."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(file, formats=FORMATS)
            if picture.width * picture.height > MOST_PIXELS:
                raise PictureRefused(_("This picture has more than 40 megapixels. Choose a smaller one."))
            made = make(picture)
    except PictureRefused:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        words = _("We cannot read this picture. Choose a JPEG, PNG, WebP, GIF or AVIF.")
        raise PictureRefused(words) from error
    except Image.DecompressionBombWarning as error:
        raise PictureRefused(_("This picture has more than 40 megapixels. Choose a smaller one.")) from error
    packed = io.BytesIO()
    made.save(packed, "WEBP", quality=80)
    return ContentFile(packed.getvalue(), name=name)
