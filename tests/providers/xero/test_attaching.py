"""Files on documents at the stand-in Xero: each once, under a name it takes."""

from dataclasses import replace

import pytest

from providers.books import DocumentKind
from providers.drafts import Attachment, Published
from providers.errors import Rejected
from providers.xero import attaching
from tests.providers.xero.publisher import Publisher

PDF = Attachment(name="receipt.pdf", mime="application/pdf", content=b"%PDF-1.7 one")


async def files(acme: Publisher, document: Published) -> dict[str, int]:
    session_path = f"/api.xro/2.0/{document.source}/{document.remote_id}/Attachments"
    async with acme.practice.open() as ledger:
        headers = {"xero-tenant-id": acme.practice.tenant.tenant_id}
        body = await ledger.session.get(session_path, headers=headers)  # type: ignore[attr-defined]
    return {each["FileName"]: each["ContentLength"] for each in body["Attachments"]}


@pytest.mark.parametrize(
    ("kind", "at_bank"),
    [(DocumentKind.BILL, False), (DocumentKind.BILL_CREDIT, False), (DocumentKind.BILL, True)],
)
async def test_a_file_hangs_on_it_as_it_is(
    acme: Publisher, kind: DocumentKind, at_bank: bool
) -> None:
    document = await acme.published(acme.draft(kind, at_bank=at_bank))
    await acme.attach(document, PDF)

    assert await files(acme, document) == {"receipt.pdf": len(PDF.content)}
    assert acme.sent()[-1].content == PDF.content
    assert acme.sent()[-1].headers["content-type"] == "application/pdf"


async def test_it_hangs_there_once(acme: Publisher) -> None:
    document = await acme.published(acme.draft())
    await acme.attach(document, PDF)
    sent = len(acme.sent())
    await acme.attach(document, PDF, key="file-2")

    assert len(acme.sent()) == sent


async def test_another_file_of_its_name_is_left_alone(acme: Publisher) -> None:
    document = await acme.published(acme.draft())
    other = replace(PDF, content=b"%PDF-1.7 another")
    await acme.attach(document, other)
    for key in ("file-2", "file-3"):
        await acme.attach(document, PDF, key=key)

    assert await files(acme, document) == {
        "receipt.pdf": len(other.content),
        "receipt (2).pdf": len(PDF.content),
    }


async def test_an_answer_that_got_lost_costs_nothing(acme: Publisher) -> None:
    document = await acme.published(acme.draft())
    name = acme.practice.tenant.name
    acme.practice.ledgers.set_fault(f"xero:{name}/Attachments", "server_error", 2)
    await acme.attach(document, PDF)

    assert await files(acme, document) == {"receipt.pdf": len(PDF.content)}


async def test_a_file_too_large_is_not_sent(acme: Publisher) -> None:
    document = await acme.published(acme.draft())
    sent = len(acme.recording.requests)
    with pytest.raises(Rejected) as caught:
        await acme.attach(document, replace(PDF, content=bytes(10 * 1024 * 1024 + 1)))

    assert [each.code for each in caught.value.problems] == ["XERO_FILE_10MB"]
    assert len(acme.recording.requests) == sent


async def test_an_eleventh_file_is_refused_as_the_catalogue_has_it(acme: Publisher) -> None:
    document = await acme.published(acme.draft())
    for number in range(10):
        await acme.attach(document, replace(PDF, name=f"{number}.pdf"), key=f"file-{number}")
    with pytest.raises(Rejected) as caught:
        await acme.attach(document, PDF, key="file-11")

    (problem,) = caught.value.problems
    assert problem.code == "XERO_IMAGE"
    assert problem.text == "A maximum of 10 attachments can be added to a document"


@pytest.mark.parametrize(
    ("name", "mime", "clean"),
    [
        ("receipt.pdf", "application/pdf", "receipt.pdf"),
        ("a/b\\c:d|e?.pdf", "application/pdf", "abcde.pdf"),
        ('<"[Rechnung]">.PDF', "application/pdf", "Rechnung.PDF"),
        ("Beleg Müller 2.jpg", "image/jpeg", "Beleg Müller 2.jpg"),
        ("photo", "image/png", "photo.png"),
        ("...", "image/png", "document.png"),
        ("", "text/plain", "document.txt"),
        ("x" * 300 + ".pdf", "application/pdf", "x" * 96 + ".pdf"),
    ],
)
def test_a_name_is_made_to_fit(name: str, mime: str, clean: str) -> None:
    assert attaching.clean_name(Attachment(name=name, mime=mime, content=b"")) == clean
