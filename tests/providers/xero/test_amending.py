"""What is changed at Xero for a person: looked at, changed once, looked at again, put back."""

import json
from typing import Any

import httpx2
import pytest

from providers.amendments import AccountInUse, Amendment, ContactDefaults
from providers.errors import Missing, NotPermitted, OutcomeUnknown, Rejected
from providers.provider import Ledger
from providers.xero import PROVIDER
from tests.providers.vendors import a_session

ACME = "70784a63-d24b-46a9-a4db-0e70a274b056"
PENS = "bd2270c3-8706-4c11-9cfb-000b551c3f51"
POWER = "4b1a2a3c-1111-2222-3333-444455556666"
BOTH = ContactDefaults(contact=PENS, purchase_account="461", purchase_tax="INPUT2")


class Xero:
    """One contact and one account; `refusal` answers what would change either."""

    def __init__(self, tenant_id: str = ACME) -> None:
        self.tenant_id = tenant_id
        self.contact: dict[str, Any] = {"ContactID": PENS, "Name": "Paper & Pens"}
        self.account: dict[str, Any] = {
            "AccountID": POWER, "Name": "Light, Power", "Code": "445", "Status": "ACTIVE",
            "Type": "EXPENSE", "Class": "EXPENSE",
        }  # fmt: skip
        self.refusal: httpx2.Response | None = None
        self.is_deaf = False  # takes what is sent, and changes nothing
        self.is_lost = False  # changes it, and nobody hears the answer
        self.sent: list[tuple[str, dict[str, Any], str]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        assert request.headers["xero-tenant-id"] == self.tenant_id
        path = request.url.raw_path.decode().partition("?")[0]
        resource, remote_id = path.partition("/api.xro/2.0/")[2].split("/")
        row = {"Contacts": self.contact, "Accounts": self.account}[resource]
        if remote_id not in row.values():
            return httpx2.Response(404)
        if request.method == "POST":
            return self._changed(request, resource, row)
        return httpx2.Response(200, json={resource: [row]})

    def _changed(
        self, request: httpx2.Request, resource: str, row: dict[str, Any]
    ) -> httpx2.Response:
        (told,) = json.loads(request.content)[resource]
        self.sent.append((resource, told, request.headers["idempotency-key"]))
        if self.refusal is not None:
            return self.refusal
        if not self.is_deaf:
            row |= told
        return (
            httpx2.Response(500) if self.is_lost else httpx2.Response(200, json={resource: [row]})
        )

    def ledger(self) -> Ledger:
        return PROVIDER.ledger(a_session(self), ACME)


@pytest.fixture
def xero() -> Xero:
    return Xero()


async def test_defaults_are_set_and_the_ledgers_own_answer_comes_back(xero: Xero) -> None:
    done = await xero.ledger().amend(BOTH, key="key1")
    (record,) = done.records

    assert xero.sent == [
        ("Contacts", {"ContactID": PENS, "PurchasesDefaultAccountCode": "461",
                      "AccountsPayableTaxType": "INPUT2"}, "key1")
    ]  # fmt: skip
    assert (record.purchase_account, record.purchase_tax) == ("461", "INPUT2")
    assert done.undo == ContactDefaults(contact=PENS, purchase_account="", purchase_tax="")


async def test_only_what_is_different_is_sent(xero: Xero) -> None:
    xero.contact["PurchasesDefaultAccountCode"] = "461"
    done = await xero.ledger().amend(BOTH, key="key1")

    assert xero.sent[0][1] == {"ContactID": PENS, "AccountsPayableTaxType": "INPUT2"}
    assert done.undo == ContactDefaults(contact=PENS, purchase_tax="")


@pytest.mark.parametrize(
    "amendment", [BOTH, AccountInUse(account=POWER, is_active=False)], ids=["defaults", "archive"]
)
async def test_what_is_so_already_is_not_changed(xero: Xero, amendment: Amendment) -> None:
    await xero.ledger().amend(amendment, key="key1")
    again = await xero.ledger().amend(amendment, key="key2")

    assert len(xero.sent) == 1
    assert again.undo is None
    assert len(again.records) == 1


async def test_undoing_puts_back_what_was(xero: Xero) -> None:
    xero.contact["PurchasesDefaultAccountCode"] = "400"
    before = dict(xero.contact)
    done = await xero.ledger().amend(BOTH, key="key1")
    assert done.undo is not None
    await xero.ledger().amend(done.undo, key="key1-undo")

    assert {name: value for name, value in xero.contact.items() if value} == before


async def test_an_accounts_status_is_sent_alone(xero: Xero) -> None:
    done = await xero.ledger().amend(AccountInUse(account=POWER, is_active=False), key="key1")
    (record,) = done.records

    assert xero.sent == [("Accounts", {"AccountID": POWER, "Status": "ARCHIVED"}, "key1")]
    assert not record.is_active
    assert done.undo == AccountInUse(account=POWER, is_active=True)


async def test_xeros_own_words_come_with_its_refusal(xero: Xero) -> None:
    said = "Cannot archive a system account"
    body = {"ErrorNumber": 10, "Elements": [{"ValidationErrors": [{"Message": said}]}]}
    xero.refusal = httpx2.Response(400, json=body)

    with pytest.raises(Rejected) as caught:
        await xero.ledger().amend(AccountInUse(account=POWER, is_active=False), key="key1")

    assert [problem.text for problem in caught.value.problems] == [said]


async def test_an_answer_that_got_lost_is_made_up_for_by_looking(xero: Xero) -> None:
    xero.is_lost = True
    done = await xero.ledger().amend(BOTH, key="key1")

    assert len(xero.sent) == 1
    assert done.undo is not None


async def test_nobody_knows_where_nothing_is_to_be_seen_of_it(xero: Xero) -> None:
    xero.refusal = httpx2.Response(500)

    with pytest.raises(OutcomeUnknown):
        await xero.ledger().amend(BOTH, key="key1")

    assert len(xero.sent) == 1


async def test_accepted_and_not_done_is_no_success(xero: Xero) -> None:
    xero.is_deaf = True

    with pytest.raises(Rejected):
        await xero.ledger().amend(BOTH, key="key1")


async def test_a_consent_without_the_scope_is_told_from_a_dead_one(xero: Xero) -> None:
    xero.refusal = httpx2.Response(401, json={"Detail": "AuthorizationUnsuccessful"})

    with pytest.raises(NotPermitted):
        await xero.ledger().amend(AccountInUse(account=POWER, is_active=False), key="key1")


async def test_what_is_gone_is_missing(xero: Xero) -> None:
    with pytest.raises(Missing):
        await xero.ledger().amend(AccountInUse(account="../Contacts/x", is_active=False), key="k")
