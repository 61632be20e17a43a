"""A till receipt, as somebody photographs it: drawn, so that the sandbox needs no file of it."""

import io

from PIL import Image, ImageDraw, ImageFont

WIDTH, LINE, MARGIN = 760, 58, 44
SIZE = 30  # of letters, in dots
WORDS = (
    "PAPER & PENS LTD", "12 High Street, Leeds LS1 4AB", "VAT No GB 123 4567 73", "",
    "Receipt No 004711", "Date: 01/10/2026", "",
    "Copy paper A4 x 5\t26.00", "Ink black\t34.00", "",
    "Subtotal\t50.00", "VAT 20%\t10.00", "TOTAL GBP\t60.00", "",
    "Thank you for shopping with us",
)  # fmt: skip


def drawn() -> bytes:
    """As a PNG; what follows a tab stands at the right."""
    picture = Image.new("RGB", (WIDTH, LINE * len(WORDS) + 2 * MARGIN), "#fbfaf6")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(SIZE)
    for number, line in enumerate(WORDS):
        words, _, amount = line.partition("\t")
        height = MARGIN + LINE * number
        pen.text((MARGIN, height), words, fill="#222222", font=font)
        pen.text((WIDTH - MARGIN, height), amount, fill="#222222", font=font, anchor="ra")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
