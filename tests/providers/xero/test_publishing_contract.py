"""What is sent to Xero, held against Xero's published OpenAPI document."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from providers.books import DocumentKind
from providers.drafts import PublishAs
from tests.providers.xero.publisher import Publisher, with_line

CONTRACT = Path(__file__).resolve().parents[3] / ".." / "shared/contracts/xero/xero_accounting.yaml"
KINDS = [
    (DocumentKind.BILL, False),
    (DocumentKind.BILL_CREDIT, False),
    (DocumentKind.INVOICE, False),
    (DocumentKind.INVOICE_CREDIT, False),
    (DocumentKind.BILL, True),
    (DocumentKind.INVOICE, True),
]

pytestmark = pytest.mark.skipif(
    not CONTRACT.is_file(), reason="the vendors' contracts are not beside the repository"
)


def strict(node: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema, in which nothing may be said that nobody documented."""
    if isinstance(node, list):
        return [strict(each) for each in node]
    if not isinstance(node, dict):
        return node
    node = {name: strict(value) for name, value in node.items()}
    if isinstance(node.get("properties"), dict) and node.get("type") == "object":
        node.setdefault("additionalProperties", False)
    return node


@cache
def document() -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(CONTRACT.read_text(encoding="utf-8"), Loader=loader)  # the safe one


@cache
def validator(name: str) -> Draft202012Validator:
    components = strict(document()["components"])
    schema = {"$ref": f"#/components/schemas/{name}", "components": components}
    return Draft202012Validator(schema, format_checker=FormatChecker(["uuid"]))


def complaints(acme: Publisher) -> set[str]:
    """About every body that was sent, and every property that is only for reading."""
    found: set[str] = set()
    for method in ("PUT", "POST"):
        for body in acme.bodies(method):
            (name,) = body
            found |= {each.message for each in validator(name).iter_errors(body)}
            found |= {
                f"{name} has {field}, which is only to be read"
                for element in body[name]
                for field in read_only(name) & element.keys()
            }
    return found


def read_only(name: str) -> set[str]:
    schemas = document()["components"]["schemas"]
    one = schemas[name]["properties"][name]["items"]["$ref"].rpartition("/")[2]
    return {field for field, how in schemas[one]["properties"].items() if how.get("readOnly")}


@pytest.mark.parametrize(("kind", "at_bank"), KINDS)
async def test_every_document_is_sent_as_published(
    acme: Publisher, kind: DocumentKind, at_bank: bool
) -> None:
    item = acme.books.rows("Items")[0]
    draft = with_line(acme.draft(kind, at_bank=at_bank, note="Thank you"), product=item.id)
    document = await acme.published(draft)
    await acme.withdraw(document)

    assert complaints(acme) == set()
    assert len(acme.bodies("POST")) == 1


async def test_a_payment_and_a_change_are_sent_as_published(acme: Publisher) -> None:
    draft = acme.draft(publish_as=PublishAs.DRAFT, bank_account=acme.bank())
    document = await acme.published(draft)
    opened = acme.draft(publish_as=PublishAs.PAID, bank_account=acme.bank())
    await acme.settle(await acme.revise(document, opened), opened)

    assert complaints(acme) == set()
    assert [next(iter(each)) for each in acme.bodies()] == ["Invoices", "Payments"]


async def test_every_call_says_what_it_must(acme: Publisher) -> None:
    await acme.published(acme.draft())
    (request,) = acme.sent()
    operation = document()["paths"]["/Invoices"]["put"]
    named = {ref["$ref"].rpartition("/")[2] for ref in operation["parameters"]}

    assert {"summarizeErrors", "unitdp", "idempotencyKey"} <= named
    assert dict(request.url.params) == {"summarizeErrors": "false", "unitdp": "4"}
    assert request.headers["idempotency-key"] == "key-1-invoices"
    assert request.headers["xero-tenant-id"] == acme.practice.tenant.tenant_id


def test_a_field_nobody_published_is_noticed() -> None:
    body = {"Invoices": [{"Type": "ACCPAY", "Colour": "red"}]}

    assert [each.message for each in validator("Invoices").iter_errors(body)] == [
        "Additional properties are not allowed ('Colour' was unexpected)"
    ]
