"""Every list the stand-in Xero answers with, held against Xero's published OpenAPI document."""

from functools import cache
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from bot.sandbox.ledgers.xero.reading.resources import RESOURCES, plural
from bot.sandbox.ledgers.xero.seed.plans import PLANS

CONTRACTS = Path(__file__).resolve().parents[6] / "shared" / "contracts" / "xero"
MS_DATE = r"^/Date\(-?\d+(\+0000)?\)/$"
# This organisation is seeded with values that Xero has not published.
AHEAD_OF_THE_CONTRACT = "Harbour Café"
ORDINARY = [plan.name for plan in PLANS if plan.name != AHEAD_OF_THE_CONTRACT]

pytestmark = pytest.mark.skipif(
    not CONTRACTS.is_dir(), reason="the vendors' contracts are not beside the repository"
)


def strict(node):
    """OpenAPI 3.0 as JSON Schema: nullable, Xero's dates, and no fields nobody documented."""
    if isinstance(node, list):
        return [strict(each) for each in node]
    if not isinstance(node, dict):
        return node
    node = {name: strict(value) for name, value in node.items()}
    if node.pop("nullable", False) and isinstance(node.get("type"), str):
        node["type"] = [node["type"], "null"]
    if node.get("x-is-msdate") or node.get("x-is-msdate-time"):
        node["pattern"] = MS_DATE
    if isinstance(node.get("properties"), dict) and node.get("type") == "object":
        node.setdefault("additionalProperties", False)
    return node


@cache
def document(name):
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((CONTRACTS / name).read_text(), Loader=loader)


@cache
def validator(name, schema):
    components = strict(document(name)["components"])
    return Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": components},
        format_checker=FormatChecker(["uuid"]),
    )


def item_schema(resource):
    listed = document("xero_accounting.yaml")["components"]["schemas"][plural(resource)]
    return listed["properties"][plural(resource)]["items"]["$ref"].rpartition("/")[2]


# Xero's own examples have these, its schemas do not.
IN_EXAMPLES_ONLY = {
    "DateString",
    "DueDateString",
    "DeliveryDateString",
    "CreatedDateUTCString",
}


def documented(value):
    if isinstance(value, list):
        return [documented(each) for each in value]
    if isinstance(value, dict):
        return {k: documented(v) for k, v in value.items() if k not in IN_EXAMPLES_ONLY}
    return value


def complaints(resource, rows):
    schema = validator("xero_accounting.yaml", item_schema(resource))
    return {
        (resource.name, *(str(step) for step in error.absolute_path), error.message)
        for row in rows
        for error in schema.iter_errors(documented(row))
    }


READABLE = [resource for resource in RESOURCES.values() if resource.entitled]
EVERYTHING = {"includeArchived": "true", "includeDeleted": "true", "page": 1, "pageSize": 1000}


async def read_everything(practice, organisation):
    tokens = await practice.xero(organisation)
    for resource in READABLE:
        answer = await practice.call_xero(tokens, resource.name, organisation, params=EVERYTHING)
        assert answer.status_code == 200, answer.text
        yield resource, answer.json()


@pytest.mark.parametrize("organisation", ORDINARY)
async def test_every_row_of_every_list_is_as_published(practice, organisation):
    found = set()
    async for resource, body in read_everything(practice, organisation):
        found |= complaints(resource, body[plural(resource)])

    assert found == set()


async def test_journals_are_as_published(practice, came_back):
    await practice.client.post("/ledgers/xero/tier", json={"journals": True})
    form = {"person": "ana", "organisation": "Acme Limited", "decision": "allow"}
    asked = await practice.ask_xero(form=form, scope="offline_access accounting.journals.read")
    tokens = await practice.redeem_xero(came_back(asked)["code"])
    found = set()
    for offset in range(0, 1200, 100):
        params = {"offset": offset}
        answer = await practice.call_xero(tokens, "Journals", "Acme Limited", params=params)
        found |= complaints(RESOURCES["journals"], answer.json()["Journals"])

    assert found == set()


async def test_the_page_and_the_envelope_are_as_published(practice):
    tokens = await practice.xero("Acme Limited")
    answer = await practice.call_xero(tokens, "Contacts", "Acme Limited", params={"page": 1})

    schemas = document("xero_accounting.yaml")["components"]["schemas"]
    assert answer.json()["pagination"].keys() == schemas["Pagination"]["properties"].keys()
    example = document("xero_accounting.yaml")["paths"]["/Contacts"]["get"]["responses"]["200"]
    assert answer.json().keys() == example["content"]["application/json"]["example"].keys()


async def test_a_list_without_its_lines_is_as_published_too(practice):
    tokens = await practice.xero("Acme Limited")
    found = set()
    for resource in READABLE:
        for params in ({}, {"summaryOnly": "true", "page": 1}):
            answer = await practice.call_xero(tokens, resource.name, "Acme Limited", params=params)
            found |= complaints(resource, answer.json()[plural(resource)])

    assert found == set()


async def test_a_volume_of_any_size_is_as_published(practice, clock):
    asked = {"name": "Wide", "invoices": 400, "payments": 150, "contacts": 30, "accounts": 120}
    opened = await practice.client.post("/ledgers/xero/volume", json=asked)
    found = set()
    async for resource, body in read_everything(practice, "Wide"):
        found |= complaints(resource, body[plural(resource)])

    assert opened.status_code == 200, opened.text
    assert found == set()


WRITTEN = {
    "Contacts": {"Name": "Contract Ltd", "PurchasesDefaultAccountCode": "461"},
    "Accounts": {"Code": "778", "Name": "Contract", "Type": "OVERHEADS"},
    "Invoices": {"Type": "ACCPAY", "InvoiceNumber": "C-1", "Status": "AUTHORISED", "Url": "https://e.example"},
    "CreditNotes": {"Type": "ACCPAYCREDIT", "CreditNoteNumber": "C-2", "Status": "AUTHORISED"},
    "BankTransactions": {"Type": "SPEND", "BankAccount": {"Code": "090"}},
    "Payments": {
        "Invoice": {"InvoiceNumber": "C-1"}, "Account": {"Code": "090"}, "Amount": 1,
    },
    "ManualJournals": {
        "Narration": "By contract",
        "JournalLines": [
            {"AccountCode": "461", "LineAmount": 1}, {"AccountCode": "620", "LineAmount": -1},
        ],
    },
}  # fmt: skip
WITH_LINES = frozenset({"Invoices", "CreditNotes", "BankTransactions"})


async def test_what_is_written_and_what_is_refused_is_as_published(practice):
    tokens = await practice.writing_xero("Acme Limited")
    lines = [{"Description": "One", "UnitAmount": 10, "AccountCode": "461"}]
    more = {"Contact": {"Name": "Contract Ltd"}, "LineItems": lines}
    found = set()
    for name, typed in WRITTEN.items():
        whole = {**typed, **(more if name in WITH_LINES else {})}
        wrong = {
            k: v for k, v in whole.items() if k not in {"Name", "Narration", "Contact", "Invoice"}
        }
        answer = await practice.call_xero(
            tokens, name, "Acme Limited", method="PUT", json={name: [whole, wrong]},
            params={"summarizeErrors": "false"},
        )  # fmt: skip
        if name == "Accounts":  # which come one at a time
            answer = await practice.call_xero(
                tokens, name, "Acme Limited", method="PUT", json={name: [whole]}
            )
            found |= complaints(RESOURCES["accounts"], answer.json()[name])
            continue
        rows = answer.json()[name]
        found |= complaints(RESOURCES[name.casefold()], [_without_required(row) for row in rows])

        assert [row["StatusAttributeString"] for row in rows] == ["OK", "ERROR"]
    assert found == set()


def _without_required(row):
    """What Xero echoes of a bad element lacks what was not sent."""
    is_bad = row["StatusAttributeString"] == "ERROR"
    return {"Narration": "", **row} if is_bad and "ManualJournalID" in row else row


async def test_a_refusal_and_an_attachment_are_as_published(practice):
    tokens = await practice.writing_xero("Acme Limited")
    refused = await practice.call_xero(
        tokens, "Invoices", "Acme Limited", method="PUT", json={"Type": "ACCPAY"}
    )
    contact = practice.ledgers.organisation("Acme Limited").rows("Contacts")[0].id
    attached = await practice.call_xero(
        tokens, f"Contacts/{contact}/Attachments/a.txt", "Acme Limited", method="PUT", content=b"A"
    )

    error = validator("xero_accounting.yaml", "Error")
    body = refused.json()
    body["Elements"] = [
        {k: v for k, v in each.items() if k in {"InvoiceID", "ValidationErrors"}}
        for each in body["Elements"]
    ]  # its examples have more of an element than its schema
    assert list(error.iter_errors(body)) == []
    schema = validator("xero_accounting.yaml", "Attachment")
    assert list(schema.iter_errors(attached.json()["Attachments"][0])) == []


async def test_connections_are_as_published(practice):
    tokens = await practice.xero(*ORDINARY)
    rows = await practice.connections(tokens)

    schema = validator("xero-identity.yaml", "Connection")
    assert [error.message for row in rows for error in schema.iter_errors(row)] == []
    assert (
        rows[0].keys() == schema.schema["components"]["schemas"]["Connection"]["properties"].keys()
    )


async def test_only_the_one_organisation_is_ahead_of_what_is_published(practice):
    found = set()
    async for resource, body in read_everything(practice, AHEAD_OF_THE_CONTRACT):
        found |= complaints(resource, body[plural(resource)])

    assert {complaint[:2] for complaint in found} == {
        ("Organisation", "Class"),
        ("Accounts", "Type"),
        ("Accounts", "Class"),
    }


def test_a_field_or_a_date_nobody_published_is_noticed():
    row = {"Name": "Rent", "Colour": "red", "UpdatedDateUTC": "2026-11-23"}
    found = complaints(RESOURCES["accounts"], [row])

    assert {complaint[1] for complaint in found} == {
        "UpdatedDateUTC",
        "Additional properties are not allowed ('Colour' was unexpected)",
    }
