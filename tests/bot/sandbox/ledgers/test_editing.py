import pytest

ACME = {"organisation": "Acme Limited", "kind": "Accounts", "action": "rename"}


async def edit(practice, vendor="xero", **instruction):
    return await practice.client.post(f"/ledgers/{vendor}/edit", json=instruction)


async def accounts(practice, tokens):
    answer = await practice.call_xero(tokens, "Accounts", "Acme Limited")
    return {row["AccountID"]: row for row in answer.json()["Accounts"]}


async def test_edits_show_in_the_next_reading(practice):
    tokens = await practice.xero("Acme Limited")
    before = await accounts(practice, tokens)
    new = {"Code": "455", "Name": "Van Wraps", "Type": "OVERHEADS", "Class": "EXPENSE"}
    for instruction in (
        {"action": "rename", "name": "Cleaning", "to": "Cleaning & Windows"},
        {"action": "archive", "name": "Consulting"},
        {"action": "change", "name": "Fuel", "fields": {"TaxType": "NONE"}},
        {"action": "remove", "name": "Hotels"},
        {"action": "add", "fields": new},
    ):
        answer = await edit(practice, **{**ACME, **instruction})
        assert answer.status_code == 200, answer.text
    after = await accounts(practice, tokens)

    (gone,) = before.keys() - after.keys()
    (added,) = after.keys() - before.keys()
    assert before[gone]["Name"] == "Hotels"
    assert after[added].items() >= {**new, "Status": "ACTIVE"}.items()
    changed = {
        before[key]["Name"]: (after[key]["Name"], after[key]["Status"], after[key]["TaxType"])
        for key in before.keys() & after.keys()
        if before[key] != after[key]
    }
    assert changed == {
        "Cleaning": ("Cleaning & Windows", "ACTIVE", "INPUT2"),
        "Consulting": ("Consulting", "ARCHIVED", "INPUT2"),
        "Fuel": ("Fuel", "ACTIVE", "NONE"),
    }


async def test_what_was_archived_can_be_restored(practice, ledgers):
    await edit(practice, **{**ACME, "action": "archive", "name": "Rent"})
    await edit(practice, **{**ACME, "action": "restore", "name": "Rent"})

    row = ledgers.organisation("Acme Limited").find("Accounts", "Rent")
    assert row.fields["Status"] == "ACTIVE"
    assert row.version == 2


async def test_tracking_options_come_and_go(practice):
    tokens = await practice.xero("Acme Limited")
    options = {"organisation": "Acme Limited", "kind": "TrackingOptions"}
    await edit(practice, **options, action="add", parent="Team", fields={"Name": "Apprentices"})
    await edit(practice, **options, action="remove", name="Workshop")
    await edit(practice, **options, action="rename", name="Office", to="Back office")
    answer = await practice.call_xero(tokens, "TrackingCategories", "Acme Limited")

    _, team = answer.json()["TrackingCategories"]
    assert [each["Name"] for each in team["Options"]] == ["Sales", "Back office", "Apprentices"]


async def test_the_organisation_itself_can_be_edited(practice):
    tokens = await practice.xero("Acme Limited")
    await edit(
        practice,
        organisation="Acme Limited",
        kind="Organisation",
        action="change",
        name="Acme Limited",
        fields={"Class": "SIMPLE", "PeriodLockDate": "/Date(1790726400000+0000)/"},
    )
    answer = await practice.call_xero(tokens, "Organisation", "Acme Limited")

    (organisation,) = answer.json()["Organisations"]
    assert organisation["Class"] == "SIMPLE"
    assert organisation["PeriodLockDate"] == "/Date(1790726400000+0000)/"


async def test_quickbooks_books_can_be_edited_too(practice):
    tokens = await practice.quickbooks("Bright Bakery")
    answer = await edit(
        practice,
        "quickbooks",
        organisation="Bright Bakery",
        kind="Department",
        action="add",
        fields={"Name": "Ambleside", "FullyQualifiedName": "Ambleside"},
    )
    found = await practice.query(tokens, "SELECT * FROM Department WHERE Name = 'Ambleside'")

    (row,) = found.json()["QueryResponse"]["Department"]
    assert (row["Id"], row["Active"]) == (answer.json()["id"], True)


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"organisation": "Nobody"}, 404, "no organisation called"),
        ({"kind": "Spoons"}, 404, "no list called"),
        ({"name": "Nothing like it"}, 404, "has nothing called"),
        ({"action": "burn"}, 400, "action must be one of add"),
        ({"to": None}, 400, "to is missing"),
        ({"action": "add"}, 400, "fields is missing"),
    ],
)
async def test_an_edit_that_cannot_be_made_says_why(practice, change, status, words):
    instruction = {**ACME, "name": "Rent", "to": "Rents", **change}
    given = {name: value for name, value in instruction.items() if value is not None}
    answer = await edit(practice, **given)

    assert answer.status_code == status
    assert words in answer.json()["error"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{"])
async def test_an_edit_must_be_a_json_object(practice, body):
    answer = await practice.client.post("/ledgers/xero/edit", content=body)

    assert answer.status_code == 400
