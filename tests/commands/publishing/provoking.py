"""Failures provoked at the stand-in ledgers: what an item says, what breaks, and what mends it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from commands.replies import Answer, Form
from tests.commands.practice import ANA
from tests.commands.publishing.ledgers import filled_in
from tests.commands.publishing.publishing import Desk

ONLY_SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
Told = Callable[[Desk], Awaitable[Mapping[str, Any]]]
OAKWOOD, BAKERY = ("Oakwood Joinery Holdings", "xero"), ("Bright Bakery", "quickbooks")


def says(**facts: str) -> Told:
    async def told(_: Desk) -> Mapping[str, str]:
        return facts

    return told


def names(name: str, kind: str, entry: str, **more: str) -> Told:
    """The id of an entry, under the name of a field."""

    async def told(desk: Desk) -> Mapping[str, str]:
        return {name: await desk.entry(kind, entry), **more}

    return told


def changes(kind: str, entry: str, **fields: Any) -> Callable[[Desk], None]:
    """Somebody at the ledger changes an entry of a list, by its code or name."""

    def change(desk: Desk) -> None:
        found = [row for row in desk.books.rows(kind) if entry in map(str, row.fields.values())]
        desk.books.change(kind, found[0].id, fields, at=desk.clock.at)

    return change


def removes(kind: str, entry: str) -> Callable[[Desk], None]:
    def remove(desk: Desk) -> None:
        desk.books.remove(kind, entry, at=desk.clock.at)

    return remove


def organisation(**fields: Any) -> Callable[[Desk], None]:
    def change(desk: Desk) -> None:
        desk.books.change("Organisation", desk.books.profile.id, fields, at=desk.clock.at)

    return change


def closes(day: str) -> Callable[[Desk], None]:
    def close(desk: Desk) -> None:
        (row,) = desk.books.rows("Preferences")
        info = {**row.fields["AccountingInfoPrefs"], "BookCloseDate": day}
        fields = {"AccountingInfoPrefs": info}
        desk.books.change("Preferences", row.id, fields, at=desk.clock.at)

    return close


def plan(sku: str) -> Callable[[Desk], None]:
    def change(desk: Desk) -> None:
        profile = desk.books.profile
        others = [each for each in profile.fields["NameValue"] if each["Name"] != "OfferingSku"]
        told = [*others, {"Name": "OfferingSku", "Value": sku}]
        desk.books.change("CompanyInfo", profile.id, {"NameValue": told}, at=desk.clock.at)

    return change


def struck(fault: str) -> Callable[[Desk], None]:
    def strike(desk: Desk) -> None:
        target = f"{desk.vendor}:{desk.organisation}"
        desk.world.ledgers.set_fault(target, fault, times=None)

    return strike


def refused(resource: str, text: str, code: str = "6000") -> Callable[[Desk], None]:
    """The ledger takes nothing of the sort, in these words; `code` is QuickBooks'."""

    def refuse(desk: Desk) -> None:
        target = f"{desk.vendor}:{desk.organisation}/{resource}"
        desk.world.ledgers.set_fault(target, "refused", times=None, text=text, code=code)

    return refuse


async def presses(desk: Desk, shown: Answer, label: str, **values: str) -> Answer:
    """Press a button beside what is wrong, and fill in what it asks for."""
    form = await desk.world.press(ANA, shown, label, first=True)
    if not isinstance(form, Form):
        return form
    return await desk.world.submit(ANA, form, **(filled_in(form) | values))


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


async def vendor(desk: Desk) -> Mapping[str, str]:
    """One that owes nothing in another currency."""
    found = await desk.some("contacts", is_supplier=True, currency="GBP")
    return {"contact": found.remote_id, "supplier": found.name}


async def a_bank(desk: Desk) -> Mapping[str, str]:
    return {"bank_account": (await desk.some("banks")).remote_id}


async def paid_by_cheque_if_need_be(desk: Desk) -> Mapping[str, str]:
    return {"bank_account": await desk.entry("banks", "Cash at bank"), "publish_to": "purchases"}


CLEANING = names("account", "accounts", "Cleaning")
