"""Files attached to documents of the stand-in Xero."""

import pytest

ACME = "Acme Limited"
PNG = b"\x89PNG\r\n\x1a\n not really"


@pytest.fixture
def attach(practice, write):
    async def attach(document, name, content=PNG, *, method="PUT", mime="image/png", **params):
        return await practice.call_xero(
            write.tokens,
            f"{document}/Attachments/{name}",
            ACME,
            method=method,
            content=content,
            params=params,
            headers={"Content-Type": mime},
        )

    return attach


@pytest.fixture
async def bill(write, a_bill):
    return f"Invoices/{(await write('Invoices', a_bill()))['InvoiceID']}"


async def test_a_file_is_attached_listed_and_read_again(attach, bill, practice, write):
    made = (await attach(bill, "a receipt.png")).json()["Attachments"][0]
    listed = await practice.call_xero(write.tokens, f"{bill}/Attachments", ACME)
    shown = await practice.call_xero(write.tokens, bill, ACME)
    for wanted in (made["AttachmentID"], "a receipt.png"):
        read = await practice.call_xero(write.tokens, f"{bill}/Attachments/{wanted}", ACME)

        assert (read.content, read.headers["content-type"]) == (PNG, "image/png")
    assert made.items() >= {"FileName": "a receipt.png", "MimeType": "image/png"}.items()
    assert made["ContentLength"] == len(PNG)
    assert listed.json()["Attachments"] == [made]
    assert shown.json()["Invoices"][0]["HasAttachments"] is True


async def test_the_same_name_replaces_and_ten_are_the_most(attach, bill, practice, write):
    for n in range(10):
        assert (await attach(bill, f"{n}.png")).status_code == 200
    again = await attach(bill, "3.png", PNG * 2, method="POST")
    eleventh = await attach(bill, "11.png")
    listed = await practice.call_xero(write.tokens, f"{bill}/Attachments", ACME)

    assert again.json()["Attachments"][0]["ContentLength"] == 2 * len(PNG)
    assert eleventh.status_code == 400
    assert "A maximum of 10 attachments" in eleventh.text
    assert len(listed.json()["Attachments"]) == 10


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.png", b"", "has no content"),
        ("big.pdf", b"0" * (10 * 1024 * 1024 + 1), "exceeds the maximum size of 10 MB"),
        ("virus.exe", PNG, "is not allowed"),
        ("a%3Fb.png", PNG, "is not allowed"),
        ("none", PNG, "is not allowed"),
    ],
)
async def test_what_cannot_be_attached_is_refused(attach, bill, name, content, words):
    answer = await attach(bill, name, content)

    assert answer.status_code == 400
    assert words in answer.json()["Elements"][0]["ValidationErrors"][0]["Message"]


async def test_only_what_is_sold_is_shown_online(attach, bill, write, a_bill):
    line = {"AccountCode": "200", "TaxType": None}
    sold = await write("Invoices", a_bill(Type="ACCREC", InvoiceNumber="S-9", line=line))
    shown = await attach(f"Invoices/{sold['InvoiceID']}", "a.png", IncludeOnline="true")
    refused = await attach(bill, "a.png", IncludeOnline="true")

    assert shown.json()["Attachments"][0]["IncludeOnline"] is True
    assert refused.status_code == 400


async def test_a_document_that_is_not_there_or_takes_none_is_not_found(attach, practice, write):
    nobody = "Invoices/00000000-0000-0000-0000-000000000001"
    rates = await attach("TaxRates/INPUT2", "a.png")

    assert (await attach(nobody, "a.png")).status_code == 404
    assert rates.status_code == 404


async def test_attaching_can_fail_alone(attach, bill, practice):
    practice.ledgers.set_fault(f"xero:{ACME}/Attachments", "server_error")
    failed, worked = await attach(bill, "a.png"), await attach(bill, "a.png")

    assert (failed.status_code, worked.status_code) == (500, 200)


async def test_the_scope_of_invoices_does_not_reach_attachments(practice, came_back, bill):
    form = {"person": "ana", "organisation": ACME, "decision": "allow"}
    asked = await practice.ask_xero(form=form, scope="offline_access accounting.invoices")
    tokens = await practice.redeem_xero(came_back(asked)["code"])
    answer = await practice.call_xero(tokens, f"{bill}/Attachments", ACME)

    assert answer.status_code == 401
