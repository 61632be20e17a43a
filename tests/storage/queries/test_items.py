"""Items are found where people look for them, and their files are known again."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import inspect

from storage.database import Database
from storage.models import Client, Item, ItemState
from storage.queries import item_files, items
from storage.queries.item_files import NewFile
from storage.queries.items import Order, Shelf
from tests.builders import NOW, WORKSPACE, a_client, a_workspace, save

PICTURE = b"\x89PNG of a receipt"


@pytest.fixture
async def acme(database: Database) -> Client:
    client = a_client()
    await save(database, a_workspace(), client)
    return client


async def added(
    database: Database, client: Client, title: str = "ben.jpg", *, files: tuple[NewFile, ...] = (),
    **over: Any,
) -> Item:  # fmt: skip
    async with database.begin() as session:
        item = await items.add(
            session, WORKSPACE, client.id, by="U01BEN", source="upload", title=title, now=NOW,
            files=files,
        )  # fmt: skip
        for name, value in over.items():
            setattr(item, name, value)
    return item


async def titles(database: Database, client: Client, shelf: Shelf, **wanted: Any) -> list[str]:
    async with database.read() as session:
        found = await items.page(session, WORKSPACE, client.id, shelf=shelf, **wanted)
        wanted.pop("sort", None)
        wanted.pop("offset", None)
        limit = wanted.pop("limit", None)
        counted = await items.count(session, WORKSPACE, client.id, shelf=shelf, **wanted)
    assert limit is not None or counted == len(found)
    return [item.title for item in found]


ERROR = {"code": "X_ACCOUNT", "text": "Account 429 is archived"}


@pytest.mark.parametrize(
    ("over", "shelf"),
    [
        ({}, Shelf.TO_REVIEW),
        ({"state": ItemState.TO_REVIEW}, Shelf.TO_REVIEW),
        ({"state": ItemState.READY}, Shelf.READY),
        ({"state": ItemState.APPROVED}, Shelf.READY),
        ({"state": ItemState.PUBLISHING}, Shelf.READY),
        ({"state": ItemState.READY, "error": ERROR}, Shelf.ERRORS),
        ({"state": ItemState.TO_REVIEW, "error": ERROR}, Shelf.ERRORS),
        ({"state": ItemState.PENDING}, Shelf.WAITING),
        ({"state": ItemState.ARCHIVED}, Shelf.PUBLISHED),
        ({"state": ItemState.DELETED, "error": ERROR}, Shelf.DELETED),
        ({"state": ItemState.MERGED}, Shelf.DELETED),
    ],
)
async def test_every_item_stands_on_one_shelf(
    database: Database, acme: Client, over: dict[str, Any], shelf: Shelf
) -> None:
    await added(database, acme, **over)

    async with database.read() as session:
        counts = await items.counts(session, WORKSPACE, acme.id)

    assert counts == {shelf: 1}
    for each in Shelf:
        assert await titles(database, acme, each) == (["ben.jpg"] if each is shelf else [])


async def test_items_are_searched_by_supplier_number_and_amount(
    database: Database, acme: Client
) -> None:
    await added(database, acme, "a", supplier="Paper & Pens", number="INV-77", total=Decimal(120))
    await added(database, acme, "b", supplier="100% Cotton", number="9", total=Decimal("1200.50"))

    async def found(text: str) -> list[str]:
        return await titles(database, acme, Shelf.TO_REVIEW, search=text, sort=Order.SUPPLIER)

    assert await found("paper") == ["a"]
    assert await found("inv-77") == ["a"]
    assert await found("£120.00") == ["a"]
    assert await found("1,200.50") == ["b"]
    assert await found("0%") == ["b"]
    assert await found("") == ["b", "a"]
    assert await found("nothing of the sort") == []


async def test_items_are_sorted_and_paged(database: Database, acme: Client) -> None:
    known = [("a", 30, 1), ("b", 10, 3), ("c", 20, 2)]
    for place, (title, total, day) in enumerate(known):
        await added(
            database, acme, title, supplier=title.upper(), total=Decimal(total),
            day=date(2026, 5, day), submitted_at=NOW + timedelta(hours=place),
        )  # fmt: skip

    async def sorted_by(order: Order, **wanted: Any) -> str:
        return "".join(await titles(database, acme, Shelf.TO_REVIEW, sort=order, **wanted))

    assert await sorted_by(Order.NEWEST) == "cba"
    assert await sorted_by(Order.OLDEST) == "acb"
    assert await sorted_by(Order.AMOUNT) == "acb"
    assert await sorted_by(Order.SUPPLIER) == "abc"
    assert await sorted_by(Order.SUPPLIER, offset=1, limit=1) == "b"


async def test_what_was_refused_is_not_sent_again_with_the_rest(
    database: Database, acme: Client
) -> None:
    ready = await added(database, acme, "ready", state=ItemState.READY)
    approved = await added(
        database, acme, "approved", state=ItemState.APPROVED, submitted_at=NOW - timedelta(days=1)
    )
    await added(database, acme, "refused", state=ItemState.READY, error=ERROR)
    await added(database, acme, "open")

    async with database.read() as session:
        found = await items.ready(session, WORKSPACE, acme.id)

    assert found == [approved.id, ready.id]


async def test_files_are_listed_without_what_is_in_them(database: Database, acme: Client) -> None:
    file = NewFile(name="ben.jpg", mime="image/jpeg", content=PICTURE)
    item = await added(database, acme, files=(file,))

    async with database.read() as session:
        (listed,) = await item_files.of_item(session, WORKSPACE, item.id)
        is_read = "content" not in inspect(listed).unloaded
    async with database.read() as session:
        whole = await item_files.one(session, WORKSPACE, item.id, 0)

    assert not is_read
    assert (listed.name, listed.size) == ("ben.jpg", len(PICTURE))
    assert whole is not None
    assert whole.content == PICTURE


async def test_the_same_file_is_known_again(database: Database, acme: Client) -> None:
    file = NewFile(name="ben.jpg", mime="image/jpeg", content=PICTURE)
    first = await added(database, acme, "first", files=(file,))
    second = await added(
        database, acme, "second", files=(file,), submitted_at=NOW + timedelta(hours=1)
    )
    await added(database, acme, "gone", files=(file,), state=ItemState.DELETED)

    async with database.read() as session:
        alike = await item_files.same_file(session, WORKSPACE, first.id)

    assert alike == [second.id]


async def test_files_that_were_not_fetched_are_not_the_same(
    database: Database, acme: Client
) -> None:
    empty = NewFile(name="a", mime="", content=b"")
    items_ = [await added(database, acme, t, files=(empty,)) for t in "ab"]
    async with database.begin() as session:
        for item in items_:
            (file,) = await item_files.of_item(session, WORKSPACE, item.id)
            file.digest = ""

    async with database.read() as session:
        assert await item_files.same_file(session, WORKSPACE, items_[0].id) == []


async def test_files_go_to_another_item_and_come_back(database: Database, acme: Client) -> None:
    one = NewFile(name="one", mime="", content=b"1")
    two, three = (NewFile(name=n, mime="", content=n.encode()) for n in ("two", "three"))
    goes = await added(database, acme, "goes", files=(one, two))
    stays = await added(database, acme, "stays", files=(three,))

    async with database.begin() as session:
        places = await item_files.hand(session, WORKSPACE, goes.id, stays.id)
    async with database.read() as session:
        there = [file.name for file in await item_files.of_item(session, WORKSPACE, stays.id)]
    async with database.begin() as session:
        await item_files.hand(session, WORKSPACE, stays.id, goes.id, positions=frozenset(places))
        back = [file.name for file in await item_files.of_item(session, WORKSPACE, goes.id)]
        left = [file.name for file in await item_files.of_item(session, WORKSPACE, stays.id)]

    assert places == [1, 2]
    assert there == ["three", "one", "two"]
    assert (back, left) == (["one", "two"], ["three"])


async def test_candidates_for_twins_share_a_total_or_a_supplier_and_number(
    database: Database, acme: Client
) -> None:
    pens: dict[str, Any] = {"supplier_key": "paper pens", "number": "INV-77"}
    item = await added(database, acme, "item", total=Decimal(120), **pens)
    same_total = await added(database, acme, "total", total=Decimal(120))
    same_number = await added(
        database, acme, "number", total=Decimal(1), state=ItemState.ARCHIVED,
        supplier_key="paper pens", number="inv-77", submitted_at=NOW + timedelta(hours=1),
    )  # fmt: skip
    await added(database, acme, "others number", total=Decimal(2), number="INV-77")
    await added(database, acme, "merged", total=Decimal(120), state=ItemState.MERGED)

    async with database.read() as session:
        found = await items.twin_candidates(
            session, WORKSPACE, acme.id, besides=item.id, total=item.total,
            supplier_key=item.supplier_key, number=item.number,
        )  # fmt: skip
        nothing = await items.twin_candidates(
            session, WORKSPACE, acme.id, besides=item.id, total=None, supplier_key="paper pens",
            number=None,
        )  # fmt: skip

    assert [twin.id for twin in found] == [same_total.id, same_number.id]
    assert found[1].state is ItemState.ARCHIVED
    assert found[0].total == Decimal(120)
    assert nothing == ()
