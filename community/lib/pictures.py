"""Pictures that people upload: opened with care, made anew, without what they carried along."""

import io
import warnings

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 40_000_000
MOST_BYTES = 8 * 1024 * 1024
FACE = 96  # pixels a side
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")


class PictureRefused(ValueError):
    """Carries a sentence that says what to do."""


def face_from(file: UploadedFile) -> ContentFile:
    """A square WebP of 96 pixels from any picture of the allowed formats, decided by content.

    Raises PictureRefused for too many bytes or pixels and for what is no such picture. The pixel
    count is read from the header, before anything is decompressed.
    """
    if (file.size or 0) > MOST_BYTES:
        raise PictureRefused(_("This picture has more than 8 MB. Choose a smaller one."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(file, formats=FORMATS)
            if picture.width * picture.height > MOST_PIXELS:
                raise PictureRefused(_("This picture has more than 40 megapixels. Choose a smaller one."))
            face = ImageOps.fit(ImageOps.exif_transpose(picture).convert("RGB"), (FACE, FACE))
    except PictureRefused:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        words = _("We cannot read this picture. Choose a JPEG, PNG, WebP, GIF or AVIF.")
        raise PictureRefused(words) from error
    except Image.DecompressionBombWarning as error:
        raise PictureRefused(_("This picture has more than 40 megapixels. Choose a smaller one.")) from error
    packed = io.BytesIO()
    face.save(packed, "WEBP", quality=80)
    return ContentFile(packed.getvalue(), name="face.webp")
