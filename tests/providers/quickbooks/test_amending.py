"""What is changed at QuickBooks for a person."""

import json
from typing import Any

import httpx2
import pytest

from providers.amendments import AccountInUse, ContactDefaults
from providers.errors import NotPermitted, OutcomeUnknown, Outdated, Rejected
from providers.provider import Ledger
from providers.quickbooks import PROVIDER
from tests.providers.quickbooks.company import REALM, a_fault
from tests.providers.vendors import a_session

ARCHIVE = AccountInUse(account="85", is_active=False)


class Company:
    """One account, renamed as it is put away; `faults` answer what would change it, in turn."""

    def __init__(self) -> None:
        self.account: dict[str, Any] = {
            "Id": "85", "Name": "Old Phones", "SyncToken": "3", "Active": True,
            "AccountType": "Expense", "Classification": "Expense",
        }  # fmt: skip
        self.faults: list[httpx2.Response] = []
        self.is_lost = False
        self.sent: list[tuple[dict[str, Any], str]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        assert request.url.params["minorversion"] == "75"
        assert request.url.path.startswith(f"/v3/company/{REALM}/account")
        if request.method == "GET":
            return httpx2.Response(200, json={"Account": self.account})
        told = json.loads(request.content)
        self.sent.append((told, request.url.params["requestid"]))
        if self.faults:
            return self.faults.pop(0)
        if told["SyncToken"] != self.account["SyncToken"]:
            return httpx2.Response(400, json={"Fault": a_fault("5010")})
        name = told["Name"] if told["Active"] else f"{told['Name']} (deleted)"
        token = str(int(told["SyncToken"]) + 1)
        self.account |= {"Active": told["Active"], "Name": name, "SyncToken": token}
        if self.is_lost:
            return httpx2.Response(500)
        return httpx2.Response(200, json={"Account": self.account})

    def ledger(self) -> Ledger:
        return PROVIDER.ledger(a_session(self, key="quickbooks"), REALM)


@pytest.fixture
def company() -> Company:
    return Company()


async def test_an_account_is_made_inactive_by_a_sparse_update(company: Company) -> None:
    done = await company.ledger().amend(ARCHIVE, key="key1")
    (record,) = done.records

    assert company.sent == [
        ({"Id": "85", "SyncToken": "3", "sparse": True, "Name": "Old Phones", "Active": False},
         "key1")
    ]  # fmt: skip
    assert not record.is_active
    assert done.undo == AccountInUse(account="85", is_active=True, name="Old Phones")


async def test_undoing_gives_it_its_name_back(company: Company) -> None:
    done = await company.ledger().amend(ARCHIVE, key="key1")
    assert done.undo is not None
    await company.ledger().amend(done.undo, key="key1-undo")

    assert (company.account["Name"], company.account["Active"]) == ("Old Phones", True)


async def test_what_is_so_already_is_not_changed(company: Company) -> None:
    company.account["Active"] = False
    done = await company.ledger().amend(ARCHIVE, key="key1")

    assert company.sent == []
    assert done.undo is None


async def test_somebody_elses_edit_is_read_and_the_change_made_once_more(company: Company) -> None:
    company.faults = [httpx2.Response(400, json={"Fault": a_fault("5010")})]
    await company.ledger().amend(ARCHIVE, key="key1")

    assert [key for _, key in company.sent] == ["key1", "key1-2"]
    assert not company.account["Active"]


async def test_a_second_edit_in_between_is_left_to_the_person(company: Company) -> None:
    company.faults = [httpx2.Response(400, json={"Fault": a_fault("5010")})] * 2

    with pytest.raises(Outdated):
        await company.ledger().amend(ARCHIVE, key="key1")


async def test_quickbooks_own_words_come_with_its_refusal(company: Company) -> None:
    company.faults = [httpx2.Response(400, json={"Fault": a_fault("6000")})]

    with pytest.raises(Rejected) as caught:
        await company.ledger().amend(ARCHIVE, key="key1")

    assert [problem.text for problem in caught.value.problems] == ["d"]


async def test_an_answer_that_got_lost_is_made_up_for_by_looking(company: Company) -> None:
    company.is_lost = True
    done = await company.ledger().amend(ARCHIVE, key="key1")

    assert done.undo is not None
    assert len(company.sent) == 1


async def test_nobody_knows_where_nothing_is_to_be_seen_of_it(company: Company) -> None:
    company.faults = [httpx2.Response(502)]

    with pytest.raises(OutcomeUnknown):
        await company.ledger().amend(ARCHIVE, key="key1")


async def test_contacts_have_no_defaults_to_set(company: Company) -> None:
    with pytest.raises(NotPermitted):
        await company.ledger().amend(ContactDefaults(contact="1", purchase_tax="5"), key="key1")

    assert company.sent == []
