"""Pictures of documents, as phones and scanners make them: PNG, JPEG and HEIC."""

import io
import struct
from typing import Any

from commands.items.reading.ocr import words_in
from commands.items.reading.reading import By, Reading, RefusalCode, Refused, Surroundings
from commands.items.reading.text import read_text

_MOST_PIXELS = 60_000_000  # the largest phones take 50
_LONGEST_SIDE = 2400  # what is larger is made smaller: the text is large enough then
_HEIF = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_FORMATS = ("PNG", "JPEG", "HEIF")


def is_picture(content: bytes) -> bool:
    return content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")) or (
        content[4:8] == b"ftyp" and content[8:12] in _HEIF
    )


def read_picture(content: bytes, around: Surroundings) -> Reading:
    """One document; one without facts where nothing can be made out."""
    words = words_in(_pixels(content))
    return Reading(documents=(read_text(words, By.OCR, around=around),))


def _pixels(content: bytes) -> Any:
    """An array of pixels, turned as the camera noted. Raises Refused."""
    import numpy  # noqa: PLC0415  # loads large libraries
    import pi_heif  # noqa: PLC0415
    from PIL import Image, ImageOps  # noqa: PLC0415

    pi_heif.register_heif_opener()
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
            _check_pixels(*picture.size)
            picture.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
            return numpy.asarray(_on_white(ImageOps.exif_transpose(_smaller(picture))))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(RefusalCode.BOMB) from None
    except (OSError, SyntaxError, ValueError, EOFError, RuntimeError, struct.error):
        raise Refused(RefusalCode.DAMAGED, what="picture") from None


def _smaller(picture: Any) -> Any:
    """In eight bits a colour, and no larger than is good to read."""
    import numpy  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    if picture.mode.startswith("I"):
        picture = Image.fromarray((numpy.asarray(picture) // 256).astype("uint8"))
    picture.thumbnail((_LONGEST_SIDE * 2, _LONGEST_SIDE * 2), reducing_gap=2.0)
    return picture


def _check_pixels(width: int, height: int) -> None:
    if width * height > _MOST_PIXELS:
        raise Refused(
            RefusalCode.TOO_MANY_PIXELS,
            megapixels=width * height // 1_000_000,
            most=_MOST_PIXELS // 1_000_000,
        )


def _on_white(picture: Any) -> Any:
    """What is see-through would turn black otherwise, and hide black text."""
    from PIL import Image  # noqa: PLC0415

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        page = Image.new("RGBA", picture.size, "white")
        page.alpha_composite(picture.convert("RGBA"))
        picture = page
    return picture.convert("RGB")
