"""Text in pictures is seen on this machine, whichever way the camera was held."""

from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from commands.items.reading.file import read_file
from tests.commands.items.reading.papers import as_picture, encoded

TODAY = date(2026, 11, 22)
RECEIPT = (
    "Paper & Pens Ltd",
    "VAT No GB 123 4567 73",
    "01/10/2026 14:22",
    "A4 paper\t£20.00",
    "Gel pens\t£80.00",
    "Subtotal\t£100.00",
    "VAT 20%\t£20.00",
    "TOTAL\t£120.00",
    "VISA **** **** **** 4242",
)
TURNED_RIGHT = 6  # EXIF's number for a camera held upright whose sensor lies


def facts(content: bytes) -> dict[str, str]:
    reading = read_file("ben.jpg", content, country="GB", today=TODAY)

    assert reading.refusal is None
    [document] = reading.documents
    assert {known.by for known in document.facts.values()} <= {"ocr"}
    return {name: known.value for name, known in document.facts.items()}


def test_a_receipt_is_read_as_its_camera_held_it() -> None:
    noted = Image.Exif()
    noted[0x0112] = TURNED_RIGHT
    lying = as_picture(RECEIPT).rotate(90, expand=True)
    found = facts(encoded(lying, "JPEG", exif=noted, quality=90))

    assert found == {
        "supplier": "Paper & Pens Ltd",
        "day": "2026-10-01",
        "currency": "GBP",
        "total": "120.00",
        "tax": "20.00",
        "last4": "4242",
        "tax_number": "GB123456773",
    }


@pytest.mark.parametrize("degrees", [90, 270])
def test_a_picture_taken_from_the_side_is_turned(degrees: int) -> None:
    found = facts(encoded(as_picture(RECEIPT).rotate(degrees, expand=True)))

    assert (found["supplier"], found["total"]) == ("Paper & Pens Ltd", "120.00")


def test_a_scan_in_a_pdf_is_seen() -> None:
    found = facts(encoded(as_picture(RECEIPT), "PDF"))

    assert (found["supplier"], found["total"]) == ("Paper & Pens Ltd", "120.00")


def test_a_picture_of_an_iphone_is_read() -> None:
    """The only file here that is kept and not made: nothing installed writes HEIC."""
    found = facts((Path(__file__).parent / "till.heic").read_bytes())

    assert found["supplier"] == "Corner Coffee Ltd"
    assert found["day"] == "2026-10-07"
    assert found["total"] == "6.00"


def test_black_words_on_a_see_through_ground_are_seen() -> None:
    picture = as_picture(RECEIPT).convert("RGBA")
    clear = Image.composite(
        picture, Image.new("RGBA", picture.size), picture.convert("L").point(lambda v: v < 128, "1")
    )

    assert facts(encoded(clear))["total"] == "120.00"
