"""What clients chose for publishing is kept apart, in order, and has items looked at again."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from storage.database import Database
from storage.identity import new_id
from storage.models import Client, Item, ItemState, PaymentMethod, Rule, RuleKind
from storage.queries import items, policies, publishing
from tests.builders import NOW, WORKSPACE, a_client, a_workspace, save


@pytest.fixture
async def acme(database: Database) -> Client:
    client = a_client()
    await save(database, a_workspace(), client, a_client(name="Acorn Dental", id="c-acorn"))
    return client


def a_rule(client: Client, subject: str = "paper pens", **over: Any) -> Rule:
    return Rule(
        **{
            "id": new_id(), "workspace_id": WORKSPACE, "client_id": client.id,
            "kind": RuleKind.SUPPLIER, "subject": subject, "title": subject.title(),
            "made_at": NOW, "made_by": "U01ANA",
        }
        | over
    )  # fmt: skip


def a_method(client: Client, name: str = "Company card", **over: Any) -> PaymentMethod:
    return PaymentMethod(
        **{
            "id": new_id(), "workspace_id": WORKSPACE, "client_id": client.id, "name": name,
            "name_key": name.casefold(), "made_at": NOW, "made_by": "U01ANA",
        }
        | over
    )  # fmt: skip


def an_item(client: Client, title: str, **over: Any) -> Item:
    return Item(
        **{
            "id": title, "workspace_id": WORKSPACE, "client_id": client.id, "owner": "U01BEN",
            "source": "upload", "title": title, "submitted_at": NOW,
            "state": ItemState.TO_REVIEW, "supplier_key": "paper pens",
        }
        | over
    )  # fmt: skip


async def test_choices_are_kept_with_their_version(database: Database, acme: Client) -> None:
    async with database.read() as session:
        assert await publishing.choices(session, WORKSPACE, acme.id) is None
    for number, mode in enumerate(("off", "review")):
        async with database.begin() as session:
            row = await publishing.hold_choices(session, WORKSPACE, acme.id)
            assert row.version == number
            row.choices = {"twins": mode}
    async with database.read() as session:
        row_now = await publishing.choices(session, WORKSPACE, acme.id)
        others = await publishing.choices(session, WORKSPACE, "c-acorn")

    assert row_now is not None
    assert (row_now.choices, row_now.version) == ({"twins": "review"}, 2)
    assert others is None


async def test_rules_are_found_by_whom_they_are_for(database: Database, acme: Client) -> None:
    other = await _acorn(database)
    await save(
        database,
        a_rule(acme, id="second", position=1),
        a_rule(acme, id="first", position=0),
        a_rule(acme, "bayside club", id="customer", kind=RuleKind.CUSTOMER),
        a_rule(acme, "U01BEN", id="ben", kind=RuleKind.USER, title="Ben"),
        a_rule(other, id="another's"),
    )
    async with database.read() as session:

        async def ids(**wanted: Any) -> list[str]:
            found = await publishing.rules(session, WORKSPACE, acme.id, **wanted)
            return [rule.id for rule in found]

        of_pens = await ids(kind=RuleKind.SUPPLIER, subject="paper pens")
        searched = [await ids(text=text) for text in ("CLUB", "ben", "%")]
        counts = await publishing.count_rules(session, WORKSPACE, acme.id)
        elsewhere = await policies.find(session, WORKSPACE, acme.id, Rule, "another's")

    assert of_pens == ["first", "second"]
    assert searched == [["customer"], ["ben"], []]
    assert counts == {RuleKind.SUPPLIER: 2, RuleKind.CUSTOMER: 1, RuleKind.USER: 1}
    assert elsewhere is None


async def test_a_rule_is_removed_once_and_only_by_its_client(
    database: Database, acme: Client
) -> None:
    await save(database, a_rule(acme, id="one"))
    async with database.begin() as session:
        gone = [
            await policies.remove(session, WORKSPACE, client_id, Rule, "one")
            for client_id in ("c-acorn", acme.id, acme.id)
        ]

    assert gone == [False, True, False]


async def test_two_changes_of_a_rule_at_once_do_not_both_stand(
    database: Database, acme: Client
) -> None:
    await save(database, a_rule(acme, id="one"))
    async with database.read() as session:
        stale = await policies.find(session, WORKSPACE, acme.id, Rule, "one")
    assert stale is not None
    async with database.begin() as session:
        fresh = await policies.find(session, WORKSPACE, acme.id, Rule, "one", lock=True)
        assert fresh is not None
        fresh.coding = {"account": "461"}
    stale.coding = {"account": "429"}

    with pytest.raises(StaleDataError):
        async with database.begin() as session:
            session.add(stale)


async def test_payment_methods_have_one_name_each(database: Database, acme: Client) -> None:
    await save(database, a_method(acme, "Petty cash"), a_method(acme, id="card"))
    await save(database, a_method(await _acorn(database)))
    async with database.read() as session:
        found = await publishing.methods(session, WORKSPACE, acme.id)
        card = await policies.find(session, WORKSPACE, acme.id, PaymentMethod, "card")

    assert [method.name for method in found] == ["Company card", "Petty cash"]
    assert card is not None
    with pytest.raises(IntegrityError):
        await save(database, a_method(acme))
    async with database.begin() as session:
        assert not await policies.remove(session, WORKSPACE, "c-acorn", PaymentMethod, "card")
        assert await policies.remove(session, WORKSPACE, acme.id, PaymentMethod, "card")


@pytest.mark.parametrize(
    ("wanted", "due"),
    [
        ({}, {"cost", "later", "sale", "cleaners", "chloes"}),
        ({"supplier_key": "paper pens"}, {"cost", "later", "sale", "chloes"}),
        ({"supplier_key": "paper pens", "sides": ["sale"]}, {"sale"}),
        ({"owner": "U01CHLOE"}, {"chloes"}),
    ],
)
async def test_open_items_are_looked_at_again(
    database: Database, acme: Client, wanted: dict[str, Any], due: set[str]
) -> None:
    later, soon = NOW + timedelta(hours=1), NOW - timedelta(minutes=1)
    await save(
        database,
        an_item(acme, "cost"),
        an_item(acme, "later", due_at=later),
        an_item(acme, "soon", due_at=soon),
        an_item(acme, "sale", side="sale"),
        an_item(acme, "cleaners", supplier_key="cleaners"),
        an_item(acme, "chloes", owner="U01CHLOE"),
        an_item(acme, "archived", state=ItemState.ARCHIVED),
        an_item(await _acorn(database), "acorn's"),
    )
    async with database.begin() as session:
        number = await publishing.items_changed(session, WORKSPACE, acme.id, now=NOW, **wanted)
    async with database.read() as session:
        found = [await items.find(session, WORKSPACE, title) for title in (
            "cost", "later", "soon", "sale", "cleaners", "chloes", "archived", "acorn's",
        )]  # fmt: skip

    assert {item.id for item in found if item and item.due_at == NOW} == due
    assert number == len(due)
    assert {item.version for item in found if item} == {1}, "nobody else's change is refused"


async def test_open_items_are_counted_by_whose_they_are(database: Database, acme: Client) -> None:
    await save(
        database,
        an_item(acme, "one"),
        an_item(acme, "two"),
        an_item(acme, "sale", side="sale"),
        an_item(acme, "archived", state=ItemState.ARCHIVED),
    )
    async with database.read() as session:
        found = await publishing.held(session, WORKSPACE, acme.id)

    assert {tuple(each) for each in found} == {
        ("cost", "paper pens", "U01BEN", 2), ("sale", "paper pens", "U01BEN", 1),
    }  # fmt: skip


async def test_the_newest_items_of_a_supplier_come_first(database: Database, acme: Client) -> None:
    await save(
        database,
        an_item(acme, "old"),
        an_item(acme, "new", submitted_at=NOW + timedelta(days=1), state=ItemState.ARCHIVED),
        an_item(acme, "thrown away", state=ItemState.DELETED),
        an_item(acme, "cleaners", supplier_key="cleaners"),
    )
    async with database.read() as session:
        found = await publishing.latest_of_supplier(session, WORKSPACE, acme.id, "paper pens")

    assert [item.id for item in found] == ["new", "old"]


async def _acorn(database: Database) -> Client:
    async with database.read() as session:
        return await session.get_one(Client, "c-acorn")
