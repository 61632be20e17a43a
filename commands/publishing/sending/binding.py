"""Files of one document bound into as few as its ledger takes on one."""

import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from commands.pdfium import PDFIUM
from providers.drafts import Attachment

_PDF = b"%PDF"
# What Pillow raises for pictures that are torn, besides what it says of bombs.
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, RuntimeError, struct.error)
_LONGEST_SIDE = 2400  # dots of a picture: enough to read the smallest print of a receipt
_DOTS_AN_INCH = 200
_QUALITY = 85  # of a JPEG within a page, of 100


@dataclass(frozen=True, kw_only=True, slots=True)
class _Leaf:
    """A file as pages, and which of all it is; `pages` is None of what has none."""

    number: int
    file: Attachment
    pages: bytes | None


def bound(files: Sequence[Attachment], *, most: int, most_bytes: int) -> list[Attachment]:
    """As they are where `most` are allowed; else what has pages in volumes of at most so many
    bytes, in order. The same files make volumes of the same names and lengths. Slow."""
    if len(files) <= most:
        return list(files)
    leaves = [
        _Leaf(number=number, file=file, pages=_pages(file.content))
        for number, file in enumerate(files, start=1)
    ]
    found: list[Attachment] = []
    for volume in _volumes(leaves, most_bytes):
        found.append(volume[0].file if len(volume) == 1 else _joined(volume))
    return found


def _volumes(leaves: Sequence[_Leaf], most_bytes: int) -> Iterator[list[_Leaf]]:
    """What follows one another and fits together; what has no pages stands alone, at the end."""
    volume: list[_Leaf] = []
    held = 0
    for leaf in leaves:
        if leaf.pages is None:
            continue
        if volume and held + len(leaf.pages) > most_bytes:
            yield volume
            volume, held = [], 0
        volume.append(leaf)
        held += len(leaf.pages)
    if volume:
        yield volume
    yield from ([leaf] for leaf in leaves if leaf.pages is None)


def _pages(content: bytes) -> bytes | None:
    """A PDF of it, None where it has no pages that can be opened."""
    return _checked(content) if content.startswith(_PDF) else _printed(content)


def _checked(content: bytes) -> bytes | None:
    import pypdfium2  # noqa: PLC0415  # loads a large library

    with PDFIUM:
        try:
            own, trial = pypdfium2.PdfDocument(content), pypdfium2.PdfDocument.new()
            trial.import_pages(own)
            own.close()
            trial.close()
        except pypdfium2.PdfiumError:
            return None
    return content


def _printed(content: bytes) -> bytes | None:
    """A picture on a page, turned as the camera noted."""
    import pi_heif  # noqa: PLC0415  # loads large libraries
    from PIL import Image, ImageOps  # noqa: PLC0415

    pi_heif.register_heif_opener()
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "HEIF")) as picture:
            picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.save(out, "PDF", resolution=_DOTS_AN_INCH, quality=_QUALITY)
    except (*_DAMAGED, Image.DecompressionBombError):
        return None
    return out.getvalue()


def _joined(volume: Sequence[_Leaf]) -> Attachment:
    import pypdfium2  # noqa: PLC0415  # loads a large library

    out = io.BytesIO()
    with PDFIUM:
        whole = pypdfium2.PdfDocument.new()
        for leaf in volume:
            part = pypdfium2.PdfDocument(leaf.pages)
            whole.import_pages(part)
            part.close()
        whole.save(out)
        whole.close()
    name = f"documents {volume[0].number:02}-{volume[-1].number:02}.pdf"
    return Attachment(name=name, mime="application/pdf", content=out.getvalue())
