"""Calls that write to the stand-in QuickBooks: batches, request ids, lists, files, lost answers."""

import json

import pytest

BAKERY = "Bright Bakery"
PDF = b"%PDF-1.4\r\n\x00\xff\x0b\x85 not really\n"


async def test_a_batch_has_an_outcome_for_each_item(send, a_bill, an_invoice, bakery):
    items = [
        {"bId": "1", "operation": "create", "Bill": a_bill(DocNumber="BA-1")},
        {"bId": "2", "operation": "create", "Bill": a_bill(DocNumber="BA-1")},
        {"bId": "3", "Query": "SELECT * FROM Bill WHERE DocNumber = 'BA-1'"},
        {"bId": "4", "operation": "create", "Invoice": an_invoice()},
        {"bId": "5", "operation": "create", "Wish": {}},
    ]
    told = (await send("batch", {"BatchItemRequest": items}))["BatchItemResponse"]

    assert [each["bId"] for each in told] == ["1", "2", "3", "4", "5"]
    assert told[1]["Fault"]["Error"][0]["code"] == "6140"
    assert [row["Id"] for row in told[2]["QueryResponse"]["Bill"]] == [told[0]["Bill"]["Id"]]
    assert told[3]["Invoice"]["TotalAmt"] == 120.0
    assert told[4]["Fault"]["Error"][0]["code"] == "500"


async def test_a_batch_updates_deletes_and_voids(send, write, a_bill, an_invoice):
    bill, sold = await write("Bill", a_bill()), await write("Invoice", an_invoice())
    gone = {"Id": bill["Id"], "SyncToken": bill["SyncToken"]}
    void = {"Id": sold["Id"], "SyncToken": sold["SyncToken"]}
    items = [
        {"bId": "1", "operation": "update", "Bill": {**gone, "sparse": True, "PrivateNote": "x"}},
        {"bId": "2", "operation": "delete", "Bill": {**gone, "SyncToken": "1"}},
        {"bId": "3", "operation": "update", "optionsData": "void", "Invoice": void},
    ]
    told = (await send("batch", {"BatchItemRequest": items}))["BatchItemResponse"]

    assert told[0]["Bill"]["PrivateNote"] == "x"
    assert told[1]["Bill"]["status"] == "Deleted"
    assert told[2]["Invoice"]["TotalAmt"] == 0


async def test_thirty_are_the_most(send, a_bill, bakery):
    items = [
        {"bId": str(n), "operation": "create", "Bill": a_bill(DocNumber=f"T-{n}")}
        for n in range(31)
    ]
    before = len(bakery.rows("Bill"))
    await send("batch", {"BatchItemRequest": items}, status=400)
    told = await send("batch", {"BatchItemRequest": items[:30]})

    assert all("Bill" in each for each in told["BatchItemResponse"])
    assert len(bakery.rows("Bill")) == before + 30


async def test_the_same_request_id_gets_the_first_answer(send, write, refused, a_bill, bakery):
    before = len(bakery.rows("Bill"))
    first = await write("Bill", a_bill(), requestid="r-1")
    second = await write("Bill", a_bill(), requestid="r-1")
    batch = {
        "BatchItemRequest": [{"bId": "1", "operation": "create", "Bill": a_bill(DocNumber="R")}]
    }
    batches = [await send("batch", batch, requestid="r-2") for _ in range(2)]

    assert first == second
    assert batches[0]["BatchItemResponse"] == batches[1]["BatchItemResponse"]
    assert len(bakery.rows("Bill")) == before + 2


async def test_a_fault_is_not_what_a_request_id_keeps(write, refused, a_bill):
    await refused("Bill", a_bill(TxnDate="2026-01-01"), requestid="r-3")
    made = await write("Bill", a_bill(), requestid="r-3")

    assert made["Id"]


async def test_what_was_done_stays_done_when_the_answer_is_lost(practice, send, a_bill, bakery):
    before = len(bakery.rows("Bill"))
    practice.ledgers.set_fault(f"quickbooks:{BAKERY}/bill", "timeout_after", seconds=0.1)
    sent = {"method": "POST", "json": a_bill(), "params": {"requestid": "r-4"}}
    lost = await practice.call_quickbooks(send.tokens, "bill", **sent)
    found = await practice.call_quickbooks(send.tokens, "bill", **sent)

    assert lost.status_code == 504
    assert found.status_code == 200
    assert len(bakery.rows("Bill")) == before + 1


@pytest.mark.parametrize("content", [b"{", b"[1]", b'{"Line": 5, "VendorRef": {"value": "1"}}'])
async def test_what_makes_no_sense_is_refused(practice, send, content):
    answer = await practice.call_quickbooks(send.tokens, "bill", method="POST", content=content)

    assert answer.status_code == 400
    assert answer.json()["Fault"]["Error"][0]["code"] in {"500", "2500"}


async def test_vendors_and_customers_share_their_names(write, refused, bakery):
    vendor = await write("Vendor", {"DisplayName": "Nobody Before"})
    customer = await refused("Customer", {"DisplayName": "nobody before"})
    nameless = await refused("Vendor", {})
    whole = await write("Customer", {"GivenName": "Jo", "FamilyName": "Bloggs"})
    inactive = next(row for row in bakery.rows("Customer") if not row.fields["Active"])
    taken = await refused("Vendor", {"DisplayName": inactive.fields["DisplayName"]})

    assert (vendor["Active"], vendor["Balance"], vendor["CurrencyRef"]["value"]) == (True, 0, "GBP")
    assert customer == ("6240", f"The name supplied already exists. : Id={vendor['Id']}")
    assert nameless[0] == "2020"
    assert (whole["DisplayName"], whole["FullyQualifiedName"]) == ("Jo Bloggs", "Jo Bloggs")
    assert taken[0] == "6240"


async def test_a_vendor_is_renamed_and_retired_everywhere(write, a_bill, bakery, vendor):
    bill = await write("Bill", a_bill())
    named = {"Id": vendor.id, "SyncToken": str(vendor.version), "sparse": True}
    renamed = await write("Vendor", {**named, "DisplayName": "Renamed"})
    retired = await write("Vendor", {**named, "SyncToken": renamed["SyncToken"], "Active": False})

    assert renamed["DisplayName"] == "Renamed"
    assert (retired["DisplayName"], retired["Active"]) == ("Renamed (deleted)", False)
    shown = bakery.get("Bill", bill["Id"]).fields["VendorRef"]["name"]
    assert shown == "Renamed (deleted)"


async def test_an_account_is_made_and_retired_but_not_what_quickbooks_needs(write, refused, bakery):
    made = await write("Account", {"Name": "Ovens hire", "AccountType": "Expense"})
    named = {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True}
    retired = await write("Account", {**named, "Active": False})
    debtors = bakery.find("Account", "Debtors")
    needed = {"Id": debtors.id, "SyncToken": str(debtors.version), "sparse": True, "Active": False}

    assert (made["Classification"], retired["Active"]) == ("Expense", False)
    assert (await refused("Account", needed))[0] == "6000"
    assert (await refused("Account", {"Name": "Sales", "AccountType": "Income"}))[0] == "6240"
    assert (await refused("Account", {"Name": "Odd", "AccountType": "Odd"}))[0] == "2170"


def parts(*files):
    """A multipart body of metadata and contents, as httpx2 wants it."""
    found = []
    for n, (about, name, content, mime) in enumerate(files, start=1):
        if about is not None:
            sent = ("about.json", json.dumps(about), "application/json")
            found.append((f"file_metadata_{n:02d}", sent))
        found.append((f"file_content_{n:02d}", (name, content, mime)))
    return found


@pytest.fixture
def upload(practice, send):
    async def upload(*files):
        practice.clock.move(seconds=1)
        return await practice.call_quickbooks(
            send.tokens, "upload", method="POST", files=parts(*files)
        )

    return upload


async def test_files_are_uploaded_to_what_they_belong_to(upload, write, a_bill, practice, send):
    bill = await write("Bill", a_bill())
    ref = [{"EntityRef": {"type": "Bill", "value": bill["Id"]}}]
    about = {"AttachableRef": ref, "FileName": "receipt.pdf", "ContentType": "application/pdf"}
    answer = await upload(
        (about, "receipt.pdf", PDF, "application/pdf"), (None, "plain.png", b"\x89PNG", "image/png")
    )
    first, second = (each["Attachable"] for each in answer.json()["AttachableResponse"])
    practice.clock.move(seconds=1)
    found = await practice.query(send.tokens, "SELECT * FROM Attachable")
    file = await practice.client.get(f"/ledgers/quickbooks{first['TempDownloadUri']}")

    assert (first["FileName"], first["Size"]) == ("receipt.pdf", len(PDF))
    assert first["AttachableRef"] == ref
    assert second["AttachableRef"] == []
    assert len(found.json()["QueryResponse"]["Attachable"]) == 2
    assert file.content == PDF


@pytest.mark.parametrize(
    ("name", "mime", "content", "fault"),
    [
        ("a.pdf", "application/octet-stream", PDF, "2010"),
        ("a.exe", "application/x-dosexec", PDF, "2010"),
        ("a.pdf", "application/pdf", b"", "6000"),
    ],
)
async def test_a_file_that_cannot_be_kept_is_refused_alone(upload, name, mime, content, fault):
    answer = await upload((None, name, content, mime), (None, "b.png", b"\x89PNG", "image/png"))
    bad, good = answer.json()["AttachableResponse"]

    assert bad["Fault"]["Error"][0]["code"] == fault
    assert good["Attachable"]["FileName"] == "b.png"


@pytest.mark.parametrize(
    ("kind", "word", "offset", "is_there"),
    [
        ("Bill", "Type", 0, True),
        ("Bill", "type", 0, True),
        ("Bill", "Type", 1, False),
        ("Invoice", "Type", 0, False),
    ],
)
async def test_files_are_found_by_what_they_belong_to(
    upload, write, a_bill, practice, send, *, kind, word, offset, is_there
):
    bill = await write("Bill", a_bill())
    about = {"AttachableRef": [{"EntityRef": {"type": "Bill", "value": bill["Id"]}}]}
    await upload((about, "a.png", b"\x89PNG", "image/png"))
    answer = await practice.query(
        send.tokens,
        f"SELECT * FROM Attachable WHERE AttachableRef.EntityRef.{word} = '{kind}' "
        f"AND AttachableRef.EntityRef.value = '{int(bill['Id']) + offset}'",
    )

    found = answer.json()["QueryResponse"].get("Attachable", [])
    assert [row["FileName"] for row in found] == ["a.png"] * is_there


async def test_a_file_for_nothing_that_is_there_is_refused(upload):
    about = {"AttachableRef": [{"EntityRef": {"type": "Bill", "value": "999999"}}]}
    answer = await upload((about, "a.png", b"\x89PNG", "image/png"))

    assert answer.json()["AttachableResponse"][0]["Fault"]["Error"][0]["code"] == "2500"


async def test_an_upload_without_a_file_is_refused(practice, send):
    answer = await practice.call_quickbooks(send.tokens, "upload", method="POST", json={})

    assert answer.status_code == 400


async def test_a_currency_of_a_new_vendor_is_the_companys_from_then_on(write, bakery):
    for name in ("Käserei Bern", "Uhren Basel"):
        await write("Vendor", {"DisplayName": name, "CurrencyRef": {"value": "CHF"}})

    codes = [row.fields["Code"] for row in bakery.rows("CompanyCurrency")]
    assert codes == ["EUR", "USD", "CHF"]
