"""Contacts and accounts, written to the stand-in Xero."""

import pytest


async def test_a_contact_is_made_and_given_defaults(write, acme):
    made = await write("Contacts", {"Name": "Fresh Ltd", "EmailAddress": "hi@fresh.example"})
    path = f"Contacts/{made['ContactID']}"
    defaults = {"PurchasesDefaultAccountCode": "461", "AccountsPayableTaxType": "INPUT2"}
    changed = await write(path, defaults, method="POST")

    assert made["ContactStatus"] == "ACTIVE"
    assert changed.items() >= {**defaults, "Name": "Fresh Ltd"}.items()


async def test_posting_a_known_name_changes_that_contact(write, acme):
    row = acme.rows("Contacts")[5]
    told = await write("Contacts", {"Name": row.fields["Name"], "TaxNumber": "GB1"}, method="POST")

    assert (told["ContactID"], told["TaxNumber"]) == (row.id, "GB1")


async def test_a_renamed_contact_is_called_so_everywhere(write, acme):
    invoice = acme.rows("Invoices")[0]
    key = invoice.fields["Contact"]["ContactID"]
    await write(f"Contacts/{key}", {"Name": "Another Name"}, method="POST")

    assert acme.get("Invoices", invoice.id).fields["Contact"]["Name"] == "Another Name"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "The Contact Name must be specified"),
        ({"Name": "x" * 256}, "must not exceed 255 characters"),
        ({"Name": "A", "EmailAddress": "nowhere"}, "must be valid"),
        ({"Name": "A", "ContactStatus": "GONE"}, "must be one of ACTIVE, ARCHIVED"),
        ({"Name": "A", "PurchasesDefaultAccountCode": "9"}, "not a valid code"),
        ({"Name": "A", "AccountsPayableTaxType": "VAT"}, "does not exist"),
        (
            {"Name": "A", "SalesDefaultAccountCode": "200", "AccountsReceivableTaxType": "INPUT2"},
            "The TaxType code 'INPUT2' cannot be used with account code '200'.",
        ),
    ],
)
async def test_a_contact_that_cannot_be_is_refused(refused, fields, words):
    messages = await refused("Contacts", fields)

    assert any(words in message for message in messages), messages


async def test_no_two_active_contacts_have_one_name(write, refused, acme):
    one, other = acme.rows("Contacts")[5:7]
    name = one.fields["Name"]
    taken = f"The contact name {name} is already assigned to another contact. "

    for messages in (
        await refused("Contacts", {"Name": name}),
        await refused(f"Contacts/{other.id}", {"Name": name}, method="POST"),
    ):
        assert messages == [taken + "The contact name must be unique across all active contacts."]
    await write(f"Contacts/{one.id}", {"ContactStatus": "ARCHIVED"}, method="POST")
    assert (await write("Contacts", {"Name": name}))["ContactID"] != one.id


@pytest.fixture
def spare(acme):
    """An account that nothing was ever posted to."""
    return acme.find("Accounts", "Staff Welfare")


async def test_an_account_is_made_archived_and_restored(write, refused):
    new = {"Code": "777", "Name": "Seven", "Type": "OVERHEADS", "TaxType": "INPUT2"}
    made = await write("Accounts", new)
    path = f"Accounts/{made['AccountID']}"
    archived = await write(path, {"Status": "ARCHIVED"}, method="POST")
    locked = await refused(path, {"Name": "Eight"}, method="POST")
    restored = await write(path, {"Status": "ACTIVE"}, method="POST")
    both = await refused(path, {"Status": "ARCHIVED", "Name": "Eight"}, method="POST")

    assert (made["Class"], made["Status"]) == ("EXPENSE", "ACTIVE")
    assert (archived["Status"], restored["Status"]) == ("ARCHIVED", "ACTIVE")
    assert locked == ["An archived account cannot be changed until it is restored"]
    assert both == ["An account cannot be archived and changed at the same time"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Accounts Receivable", "System accounts cannot be archived"),
        ("VAT", "System accounts cannot be archived"),
        ("Office Equipment", "is used by a fixed asset type and cannot be archived"),
    ],
)
async def test_what_xero_needs_is_not_archived(refused, acme, name, words):
    row = acme.find("Accounts", name)
    messages = await refused(f"Accounts/{row.id}", {"Status": "ARCHIVED"}, method="POST")

    assert any(words in message for message in messages), messages


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"Code": "200"}, "Please enter a unique Code."),
        ({"Name": "sales"}, "Please enter a unique Name."),
        ({"Type": "THINGS"}, "Account type is invalid"),
        ({"Code": None}, "Code is required"),
        ({"Code": "12345678901"}, "Code must not exceed 10 characters"),
        ({"TaxType": "VAT"}, "The TaxType code VAT does not exist"),
    ],
)
async def test_an_account_that_cannot_be_is_refused(refused, fields, words):
    whole = {"Code": "777", "Name": "Seven", "Type": "OVERHEADS", **fields}

    assert words in await refused("Accounts", whole)


async def test_only_an_unused_account_is_deleted(practice, write, acme, spare):
    async def delete(row):
        path = f"Accounts/{row.id}"
        return await practice.call_xero(write.tokens, path, "Acme Limited", method="DELETE")

    used = await delete(acme.find("Accounts", "Rent"))
    gone = await delete(spare)
    again = await delete(spare)

    assert used.status_code == 400
    assert "has been used" in used.json()["Elements"][0]["ValidationErrors"][0]["Message"]
    assert gone.json()["Accounts"][0]["Status"] == "DELETED"
    assert again.status_code == 404
