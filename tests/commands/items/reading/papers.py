"""Documents drawn for tests: words at places, as a PDF with a text layer or as a picture."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import pypdfium2
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageFont

FONT = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


@dataclass(frozen=True, slots=True)
class At:
    """Words at a share of the width of the page, and at a line of sixty."""

    left: float
    line: float
    text: str
    size: int = 10


def as_pdf(*pages: Sequence[At]) -> bytes:
    """A4, with a text layer."""
    from matplotlib.backends.backend_pdf import PdfPages

    out = io.BytesIO()
    with PdfPages(out) as pdf:
        for page in pages:
            figure = Figure(figsize=(8.27, 11.69))
            for each in page:
                figure.text(each.left, 1 - each.line / 60, each.text, fontsize=each.size, va="top")
            pdf.savefig(figure)
    return out.getvalue()


def as_turned_pdf(page: Sequence[At], degrees: int) -> bytes:
    """Drawn lying to the left by so much, and to be shown turned to the right by as much."""
    high_first = (8.27, 11.69) if degrees == 180 else (11.69, 8.27)
    figure = Figure(figsize=high_first)
    for each in page:
        left, up = each.left, 1 - each.line / 60
        x, y, ha, va = {
            90: (1 - up, left, "left", "bottom"),
            180: (1 - left, 1 - up, "right", "bottom"),
            270: (up, 1 - left, "right", "top"),
        }[degrees]
        figure.text(x, y, each.text, fontsize=each.size, rotation=degrees, ha=ha, va=va)
    out = io.BytesIO()
    figure.savefig(out, format="pdf")
    document = pypdfium2.PdfDocument(out.getvalue())
    document[0].set_rotation(degrees)
    turned = io.BytesIO()
    document.save(turned)
    document.close()
    return turned.getvalue()


def as_picture(lines: Sequence[str], *, width: int = 700) -> Image.Image:
    """A till receipt; a tab moves to the right."""
    font = ImageFont.truetype(FONT, 26)
    picture = Image.new("RGB", (width, 60 * len(lines) + 60), "white")
    pen = ImageDraw.Draw(picture)
    for n, line in enumerate(lines):
        for place, text in zip((40, width - 210), line.split("\t"), strict=False):
            pen.text((place, 30 + 60 * n), text, fill="black", font=font)
    return picture


def encoded(picture: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def totals(rows: Sequence[tuple[str, str]], *, line: float = 40) -> list[At]:
    """Labels with amounts under one another, at the right."""
    return [
        each
        for n, (label, amount) in enumerate(rows)
        for each in (At(0.55, line + 1.2 * n, label), At(0.85, line + 1.2 * n, amount))
    ]


def table(rows: Sequence[Sequence[str]], *, line: float = 20) -> list[At]:
    """Cells in columns, the headings first."""
    lefts = (0.1, 0.5, 0.62, 0.74, 0.86) if len(rows[0]) == 5 else (0.1, 0.5, 0.65, 0.85)
    return [
        At(left, line + 1.2 * n, cell)
        for n, row in enumerate(rows)
        for left, cell in zip(lefts, row, strict=False)
        if cell
    ]
