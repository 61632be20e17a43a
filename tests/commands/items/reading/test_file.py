"""Every file has its answer: what cannot be read is refused for a reason, and cheaply."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.words import fill
from commands.items.reading.file import MOST_BYTES, read_file
from commands.items.reading.reading import Refusal, RefusalCode, RowFault
from tests.commands.items.reading import bombs
from tests.commands.items.reading.papers import At, as_pdf

TODAY = date(2026, 11, 22)
REPOSITORY = Path(__file__).resolve().parents[4]
MOST_MEMORY_MB = 300
HTML = b"<!-- x --><!DOCTYPE html><html><title>Sign in</title></html>"


def refusal(content: bytes, name: str = "ben.pdf") -> Refusal:
    found = read_file(name, content, today=TODAY).refusal

    assert found is not None
    return found


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", RefusalCode.EMPTY),
        (HTML, RefusalCode.HTML_PAGE),
        (b"\xef\xbb\xbf\r\n <HTML lang=en>", RefusalCode.HTML_PAGE),
        (b"\x00\x01\x02\x03", RefusalCode.UNKNOWN),
        (b"GIF89a...", RefusalCode.UNKNOWN),
        (b"Dear Ben,\nhere is the receipt.", RefusalCode.UNKNOWN),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...", RefusalCode.OLD_OFFICE),
        (b"\x1f\x8b\x08...", RefusalCode.ARCHIVE),
        (b"<Order xmlns='urn:x'/>", RefusalCode.OTHER_XML),
        (b"<Invoice>", RefusalCode.DAMAGED),
        (b"%PDF-1.7 broke off", RefusalCode.DAMAGED),
        (b"\x89PNG\r\n\x1a\nbroke off", RefusalCode.DAMAGED),
        (b"\xff\xd8\xff broke off", RefusalCode.DAMAGED),
        (b"\0\0\0\x18ftypheic broke off", RefusalCode.DAMAGED),
        (b"PK\x03\x04 broke off", RefusalCode.DAMAGED),
        (b"a,b\n1,2\n", RefusalCode.NO_HEADINGS),
    ],
)
def test_what_cannot_be_read_is_refused_for_its_reason(content: bytes, code: RefusalCode) -> None:
    assert refusal(content).code is code


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (bombs.pdf_behind_a_password, RefusalCode.ENCRYPTED),
        (lambda: bombs.pdf_of_many_pages(101), RefusalCode.TOO_MANY_PAGES),
        (lambda: bombs.an_archive("a.pdf", "b.pdf"), RefusalCode.ARCHIVE),
        (lambda: bombs.an_archive("word/document.xml"), RefusalCode.UNKNOWN),
        (lambda: bombs.png_of(20_000, 20_000), RefusalCode.BOMB),
        (lambda: bombs.png_of(9_000, 8_000), RefusalCode.TOO_MANY_PIXELS),
        (bombs.pdf_with_a_huge_picture, RefusalCode.TOO_MANY_PIXELS),
    ],
)
def test_what_should_not_be_opened_is_not(build: Callable[[], bytes], code: RefusalCode) -> None:
    assert refusal(build()).code is code


def test_bombs_are_refused_within_little_memory() -> None:
    """In a process of its own, whose peak is its own."""
    code = (
        "import datetime, re, resource\n"
        "from pathlib import Path\n"
        "from tests.commands.items.reading.bombs import BOMBS\n"
        "from commands.items.reading.file import read_file\n"
        "for build in BOMBS.values():\n"
        "    reading = read_file('x', build(), today=datetime.date(2026, 11, 22))\n"
        "    print(reading.refusal.code.value)\n"
        "status = Path('/proc/self/status')\n"
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "if status.exists():  # the other figure begins with what the parent had\n"
        "    peak = int(re.search(r'VmHWM:\\s+(\\d+)', status.read_text())[1])\n"
        "print(peak // 1024)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    *codes, peak = run.stdout.split()

    assert codes == ["bomb"] * len(bombs.BOMBS)
    assert int(peak) < MOST_MEMORY_MB


def test_more_than_thirty_megabytes_are_not_looked_at() -> None:
    found = refusal(b"%PDF-" + bytes(MOST_BYTES))

    assert found.code is RefusalCode.TOO_LARGE
    assert found.facts == {"megabytes": 30.1, "most": 30}


def test_a_file_is_known_by_what_is_in_it() -> None:
    page = as_pdf([At(0.1, 3, "Paper & Pens Ltd", 16), At(0.1, 9, "Total £12.00 by card")])
    [document] = read_file("ben.csv", page, today=TODAY).documents

    assert document.facts["total"].value == "12.00"


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_file_cut_or_garbled_anywhere_is_answered(data: st.DataObject) -> None:
    content = data.draw(st.sampled_from(bombs.good_files()))
    cut = data.draw(st.integers(0, len(content)))
    garbled = data.draw(st.binary(max_size=8))
    reading = read_file("x", content[:cut] + garbled + content[cut + 8 :], today=TODAY)

    assert reading.refusal or reading.documents


@settings(max_examples=200, deadline=None)
@given(content=st.binary() | st.text().map(str.encode))
def test_anything_at_all_is_answered(content: bytes) -> None:
    reading = read_file("x", content, today=TODAY)

    assert reading.refusal or reading.documents


@pytest.mark.parametrize("code", RefusalCode)
def test_each_refusal_says_what_to_do(code: RefusalCode) -> None:
    wrong = [{"row": 5, "code": "bad_day", "column": "Date", "value": "soon"}]
    facts = {
        "megabytes": 31.2,
        "most": 30,
        "megapixels": 400,
        "pages": 140,
        "root": "Order",
        "rows": 1,
        "wrong": wrong,
        "what": "PDF",
    }
    said = fill("items/refused", {"title": "ben.pdf", "code": code.value, "facts": facts})

    assert said.startswith("*ben.pdf* was not ")
    assert said.count(". ") >= 1 or ";" in said


@pytest.mark.parametrize("fault", RowFault)
def test_each_wrong_row_says_what_is_wrong_with_it(fault: RowFault) -> None:
    wrong = [{"row": 5, "code": fault.value, "column": "Date", "value": "soon"}]
    facts = {"rows": 1, "wrong": wrong}
    said = fill("items/refused", {"title": "a.csv", "code": "no_good_row", "facts": facts})

    assert said.startswith("*a.csv* was not taken: its only row is wrong. Row 5 ")
    assert said.endswith(" Correct it and drop the list again.")
