"""Files on documents in the stand-in QuickBooks."""

import json
from dataclasses import replace
from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.books import DocumentKind, DocumentStatus
from providers.drafts import Attachment, Published
from providers.errors import OutcomeUnknown, Rejected
from providers.quickbooks import attaching
from tests.providers.quickbooks.publishing import PDF, Publisher, a_publisher


@pytest.fixture
async def bakery() -> Publisher:
    return await a_publisher()


async def attached(bakery: Publisher, made: Published, file: Attachment, key: str = "a") -> None:
    async with bakery.practice.open() as ledger:
        await ledger.attach(made, file, key=key)


def files(bakery: Publisher, made: Published) -> list[tuple[str, str, bytes | None]]:
    """Name, type and content of what hangs on it."""
    uploads = bakery.practice.ledgers.quickbooks.company.uploads
    return [
        (row.fields["FileName"], row.fields["ContentType"], uploads.file(bakery.books, row.id))
        for row in bakery.books.rows("Attachable")
        for each in row.fields["AttachableRef"]
        if each["EntityRef"] == {"type": made.source, "value": made.remote_id}
    ]


@pytest.mark.parametrize("what", ["bill", "cash", "credit", "invoice", "receipt", "credit memo"])
async def test_a_file_hangs_on_its_document(bakery: Publisher, what: str) -> None:
    made = await bakery.published(bakery.draft(what))
    await attached(bakery, made, PDF)

    assert files(bakery, made) == [("receipt.pdf", "application/pdf", PDF.content)]


async def test_the_same_file_hangs_there_once(bakery: Publisher) -> None:
    made = await bakery.published(bakery.draft())
    for key in ("a", "b"):
        await attached(bakery, made, PDF, key=key)

    assert len(files(bakery, made)) == 1


async def test_another_file_of_that_name_is_another(bakery: Publisher) -> None:
    made = await bakery.published(bakery.draft())
    await attached(bakery, made, PDF)
    await attached(bakery, made, replace(PDF, content=PDF.content + b"2"), key="b")

    assert len(files(bakery, made)) == 2


async def test_the_same_file_hangs_on_each_document(bakery: Publisher) -> None:
    first = await bakery.published(bakery.draft(number=1))
    second = await bakery.published(bakery.draft(number=2), key="other")
    await attached(bakery, first, PDF)
    await attached(bakery, second, PDF, key="b")

    assert (len(files(bakery, first)), len(files(bakery, second))) == (1, 1)


async def test_a_lost_upload_is_seen(bakery: Publisher) -> None:
    made = await bakery.published(bakery.draft())
    bakery.break_writing("timeout_after", resource="upload", seconds=0.01)
    await attached(bakery, made, PDF)

    assert len(files(bakery, made)) == 1


async def test_an_upload_that_never_arrived_is_unknown(bakery: Publisher) -> None:
    made = await bakery.published(bakery.draft())
    bakery.break_writing("server_error", resource="upload")

    with pytest.raises(OutcomeUnknown):
        await attached(bakery, made, PDF)
    assert files(bakery, made) == []


async def test_a_type_quickbooks_does_not_take_is_refused(bakery: Publisher) -> None:
    made = await bakery.published(bakery.draft())

    with pytest.raises(Rejected) as caught:
        await attached(bakery, made, Attachment(name="a.heic", mime="image/heic", content=b"x"))
    assert "not supported" in caught.value.problems[0].text


@pytest.mark.parametrize(
    ("name", "mime", "expected"),
    [
        ("a.pdf", "application/octet-stream", "application/pdf"),
        ("a.JPG", "", "image/jpeg"),
        ("a.png", "image/png", "image/png"),
        ("a.what", "", "application/octet-stream"),
    ],
)
def test_a_file_has_the_type_it_really_is(name: str, mime: str, expected: str) -> None:
    assert attaching.mime_type(Attachment(name=name, mime=mime, content=b"")) == expected


@given(
    name=st.text(max_size=60),
    content=st.binary(max_size=200) | st.just(b"\r\n--edge\r\nContent-Type: x\r\n\r\n"),
)
def test_whatever_is_in_a_file_arrives(name: str, content: bytes) -> None:
    made = Published(
        source="Bill", remote_id="7", kind=DocumentKind.BILL, status=DocumentStatus.OPEN, total=0
    )  # fmt: skip
    file = Attachment(name=name, mime="application/pdf", content=content)
    body = attaching.multipart(made, file, "another-edge")
    told, kept = BytesParser().parsebytes(
        b"Content-Type: multipart/form-data; boundary=another-edge\r\n\r\n" + body
    ).get_payload()  # fmt: skip

    about = json.loads(told.get_payload(decode=True))
    assert about["FileName"] == attaching.file_name(file)
    assert about["AttachableRef"] == [{"EntityRef": {"type": "Bill", "value": "7"}}]
    assert kept.get_payload(decode=True) == content
    assert kept.get_content_type() == "application/pdf"
