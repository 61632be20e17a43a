"""The copy takes pages in, leaves alone what has not changed, and marks what is gone."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from providers.books import (
    Allocation,
    AnyRecord,
    Document,
    DocumentKind,
    DocumentStatus,
    LedgerContact,
    LedgerProduct,
    Line,
    Payment,
    PaymentKind,
)
from storage.database import Database
from storage.models import ledger as tables
from storage.queries import ledger, syncs
from storage.queries.ledger import Stored, WalkKey
from tests.builders import NOW, a_workspace, an_organisation, save

SOURCE = "Invoices"


@pytest.fixture
async def own(database: Database) -> str:
    organisation = an_organisation()
    await save(database, a_workspace(), organisation)
    async with database.begin() as session:
        await syncs.schedule(session, organisation.workspace_id, organisation.id, now=NOW)
    return organisation.id


def a_line(amount: str = "100.00", **over: Any) -> Line:
    known = {"account_code": "400", "amount": Decimal(amount), "net": Decimal(amount)}
    return Line(**(known | over))


def a_bill(remote_id: str, *lines: Line, **over: Any) -> Document:
    known = {
        "source": SOURCE,
        "remote_id": remote_id,
        "updated_at": NOW,
        "kind": DocumentKind.BILL,
        "status": DocumentStatus.OPEN,
        "date": date(2026, 11, 1),
        "currency": "GBP",
        "rate": Decimal("1.25"),
        "total": Decimal("120.00"),
        "is_reconciled": False,
        "lines": lines or (a_line(), a_line("20.00")),
    }
    return Document(**(known | over))


async def store(
    database: Database, own: str, *records: AnyRecord, is_empty: bool = False
) -> Stored:
    async with database.begin() as session:
        return await ledger.store(session, own, records, is_empty=is_empty)


async def rows(database: Database, *columns: Any) -> Sequence[Any]:
    async with database.read() as session:
        return (await session.execute(select(*columns))).all()


async def test_a_document_comes_back_with_its_lines(database: Database, own: str) -> None:
    bill = a_bill("b1", a_line("99.9999", tracking=(("Region", "North"),)), a_line("0.0001"))
    await store(database, own, bill)
    documents, lines = tables.documents.c, tables.lines.c
    found = await rows(
        database, documents.kind, documents.date, documents.rate, documents.total,
        documents.updated_at, documents.is_reconciled, documents.has_attachments,
    )  # fmt: skip
    parts = await rows(database, lines.position, lines.amount, lines.tracking)
    total = await rows(database, func.sum(lines.amount))

    assert found == [("bill", date(2026, 11, 1), Decimal("1.25"), Decimal(120), NOW, False, None)]
    assert parts == [(0, Decimal("99.9999"), [["Region", "North"]]), (1, Decimal("0.0001"), [])]
    assert total == [(Decimal(100),)]


async def test_what_was_thought_to_be_new_is_overwritten_where_it_is_there(
    database: Database, own: str
) -> None:
    await store(database, own, a_bill("b1", total=Decimal(1)), is_empty=True)
    await store(database, own, a_bill("b1", total=Decimal(2)), a_bill("b2"), is_empty=True)
    documents = tables.documents.c
    found = await rows(database, documents.remote_id, documents.total)

    assert sorted(found) == [("b1", Decimal(2)), ("b2", Decimal(120))]


@pytest.mark.parametrize("is_empty", [False, True])
async def test_what_a_whole_page_lacks_is_emptied(
    database: Database, own: str, is_empty: bool
) -> None:
    first = a_bill("b1", a_line(description="Rent"), number="INV-1", is_reconciled=True)
    await store(database, own, first, is_empty=True)
    await store(database, own, a_bill("b1", is_reconciled=None), is_empty=is_empty)
    documents, lines = tables.documents.c, tables.lines.c

    assert await rows(database, documents.number, documents.is_reconciled) == [(None, None)]
    assert set(await rows(database, lines.description)) == {(None,)}


@pytest.mark.parametrize("microsecond", [0, 1, 120_000, 999_999])
async def test_an_instant_comes_back_whatever_its_zone(
    database: Database, own: str, microsecond: int
) -> None:
    zone = timezone(timedelta(hours=-8))
    at = datetime(2026, 3, 29, 18, 30, 5, microsecond, tzinfo=zone)
    await store(database, own, a_bill("b1", updated_at=at), is_empty=True)
    documents = tables.documents.c
    known = select(documents.remote_id).where(documents.updated_at == at)
    async with database.read() as session:
        found = (await session.scalars(known)).all()

    assert await rows(database, documents.updated_at) == [(at,)]
    assert found == ["b1"]


async def test_an_instant_without_its_time_zone_is_refused(database: Database, own: str) -> None:
    with pytest.raises(TypeError, match="time zone"):
        await store(database, own, a_bill("b1", updated_at=datetime(2026, 11, 1, 9)))


async def test_hundreds_of_documents_change_at_once(database: Database, own: str) -> None:
    ids = [f"b{number}" for number in range(1_200)]
    await store(database, own, *map(a_bill, ids), is_empty=True)
    again = await store(database, own, *(a_bill(i, a_line("1.00"), memo="later") for i in ids))
    [(lines,)] = await rows(database, func.count(tables.lines.c.position))

    assert again == Stored(changed=len(ids))
    assert lines == len(ids)


async def test_what_has_not_changed_is_not_written_again(database: Database, own: str) -> None:
    first = await store(database, own, a_bill("b1"), a_bill("b2"), is_empty=True)
    again = await store(database, own, a_bill("b1"), a_bill("b2", total=Decimal(5)), a_bill("b3"))

    assert first == Stored(new=2)
    assert again == Stored(new=1, changed=1, same=1)


async def test_a_document_that_lost_a_line_has_lost_it_here(database: Database, own: str) -> None:
    await store(database, own, a_bill("b1", a_line("1"), a_line("2"), a_line("3")))
    await store(database, own, a_bill("b1", a_line("6")))

    assert await rows(database, tables.lines.c.amount) == [(Decimal(6),)]


async def test_of_two_records_of_one_id_the_later_stays(database: Database, own: str) -> None:
    await store(database, own, a_bill("b1", number="old"), a_bill("b1", number="new"))

    assert await rows(database, tables.documents.c.number) == [("new",)]


async def test_payments_keep_what_they_settle(database: Database, own: str) -> None:
    settled = Allocation(target_source=SOURCE, target_id="b1", amount=Decimal("12.50"))
    paid = Payment(
        source="Payments",
        remote_id="p1",
        kind=PaymentKind.PAYMENT,
        status=DocumentStatus.OPEN,
        amount=Decimal("12.50"),
        allocations=(settled,),
    )
    await store(database, own, paid)
    columns = tables.allocations.c

    found = await rows(database, columns.document_id, columns.target_id, columns.amount)
    assert found == [("p1", "b1", Decimal("12.50"))]


async def test_a_page_larger_than_a_statement_is_stored_whole(database: Database, own: str) -> None:
    bills = [a_bill(str(number)) for number in range(1_201)]
    first = await store(database, own, *bills, is_empty=True)
    again = await store(database, own, *bills)

    assert first == Stored(new=1_201)
    assert again == Stored(same=1_201)
    assert await rows(database, func.count(tables.lines.c.position)) == [(2_402,)]


async def test_the_same_id_of_another_source_is_another_record(
    database: Database, own: str
) -> None:
    await store(database, own, a_bill("1", source="Bill"), a_bill("1", source="Invoice"))
    async with database.begin() as session:
        marked = await ledger.mark_gone(session, own, "Bill", ["1", "unknown"], now=NOW)

    assert marked == 1
    live = select(tables.documents.c.source).where(tables.documents.c.gone_at.is_(None))
    async with database.read() as session:
        assert (await session.scalars(live)).all() == ["Invoice"]


async def test_what_is_gone_and_comes_back_is_here_again(database: Database, own: str) -> None:
    await store(database, own, a_bill("b1"))
    async with database.begin() as session:
        await ledger.mark_gone(session, own, SOURCE, ["b1"], now=NOW)
    back = await store(database, own, a_bill("b1"))

    assert back == Stored(changed=1)
    assert await rows(database, tables.documents.c.gone_at) == [(None,)]


async def test_lines_say_what_their_document_says(database: Database, own: str) -> None:
    said = tables.lines.c
    columns = (said.kind, said.date, said.counterparty_id, said.base_net, said.stands)
    await store(database, own, a_bill("b1", a_line("10.00"), contact_id="c1"))
    posted = await rows(database, *columns)
    await store(database, own, a_bill("b1", a_line("10.00"), status=DocumentStatus.VOID))
    void = await rows(database, said.stands)

    assert posted == [("bill", date(2026, 11, 1), "c1", Decimal("12.50"), True)]
    assert void == [(False,)]


BUN = LedgerProduct(
    source="Item", remote_id="7", name="Bun", sales_account="79", purchase_account="80"
)
FLOUR = msgspec.structs.replace(BUN, remote_id="8", name="Flour", stock_account="81")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["products first", "documents first"])
async def test_where_no_account_is_named_the_products_counts(
    database: Database, own: str, order: tuple[int, int]
) -> None:
    named = {"account_code": None, "product": "7"}
    documents = (
        a_bill("bought", a_line(**named), a_line(**named | {"product": "8"}), source="Bill"),
        a_bill("sold", a_line(**named), source="Invoice", kind=DocumentKind.INVOICE),
        a_bill("back", a_line(**named), source="RefundReceipt", kind=DocumentKind.MONEY_OUT),
        a_bill("told", a_line(account_code=None, account_id="5", product="7"), source="Bill"),
        a_bill("unknown", a_line(**named | {"product": "9"}), source="Bill"),
    )
    pages: tuple[Sequence[AnyRecord], ...] = ((BUN, FLOUR), documents)
    for place in order:
        async with database.begin() as session:
            await ledger.store(session, own, pages[place], is_empty=False)
    rows = await kept(database, own)

    assert rows == {
        "bought": ["80", "81"], "sold": ["79"], "back": ["79"], "told": ["5"], "unknown": [None],
    }  # fmt: skip


async def kept(database: Database, own: str) -> dict[str, list[str | None]]:
    """The accounts of the lines of each document."""
    line = tables.lines
    asked = select(line.c.document_id, line.c.account_id).where(line.c.organisation_id == own)
    found: dict[str, list[str | None]] = {}
    async with database.read() as session:
        for document, account in await session.execute(asked.order_by(line.c.position)):
            found.setdefault(document, []).append(account)
    return found


async def test_lines_of_what_is_gone_do_not_stand(database: Database, own: str) -> None:
    await store(database, own, a_bill("b1", a_line()), a_bill("b2", a_line()))
    async with database.begin() as session:
        await ledger.mark_gone(session, own, SOURCE, ["b1", "unknown"], now=NOW)
    fallen = await rows(database, tables.lines.c.document_id, tables.lines.c.stands)
    await store(database, own, a_bill("b1", a_line()))
    back = await rows(database, tables.lines.c.stands)

    assert sorted(fallen) == [("b1", False), ("b2", True)]
    assert back == [(True,), (True,)]


async def test_a_whole_walk_shows_what_it_never_met(database: Database, own: str) -> None:
    bills = [a_bill(str(number)) for number in range(5)]
    await store(database, own, *bills)
    walk = WalkKey(own, SOURCE, "walk-2")
    async with database.begin() as session:
        await ledger.met(session, walk, 0, bills[:2])
        await ledger.met(session, walk, 2, bills[3:])
        await ledger.met(session, WalkKey(own, SOURCE, "walk-1"), 0, bills)
        absence = await ledger.absent(session, walk)
        await ledger.forget_walk(session, own, SOURCE)
        forgotten = await ledger.absent(session, walk)

    assert absence == (["2"], 5)
    assert len(forgotten.ids) == 5


@pytest.mark.parametrize(
    ("seen", "former"),
    [
        (["A"], None),
        (["A", "A"], None),
        ([None, "A"], None),
        (["A", "B"], "A"),
        (["A", "B", "C"], "B"),
        (["A", None, "B"], "A"),
    ],
)
async def test_the_bank_details_a_contact_had_are_kept_with_the_day_they_were_replaced(
    database: Database, own: str, seen: list[str | None], former: str | None
) -> None:
    for number, details in enumerate(seen):
        await store(
            database,
            own,
            LedgerContact(
                source="Contacts",
                remote_id="c1",
                name="Somebody",
                bank_account=details,
                updated_at=NOW + timedelta(days=number),
            ),
        )
    table = tables.former_bank_details
    kept = await rows(database, table.c.bank_account, table.c.replaced_at)

    assert [row[0] for row in kept] == ([former] if former else [])
    assert all(row[1] == NOW + timedelta(days=seen.index(former) + 1) for row in kept)


async def test_erasing_leaves_nothing_of_it_and_everything_of_others(
    database: Database, own: str
) -> None:
    other = an_organisation(id="other", tenant_id="other")
    await save(database, other)
    contact = LedgerContact(source="Contacts", remote_id="c1", name="Somebody")
    for each in (own, other.id):
        await store(database, each, a_bill("b1"), contact)
    async with database.begin() as session:
        stranger = await ledger.erase(session, "another workspace", own)
        erased = await ledger.erase(session, other.workspace_id, own)

    assert stranger == 0
    assert erased == 2
    for table in (tables.documents, tables.contacts, tables.lines):
        assert {row[0] for row in await rows(database, table.c.organisation_id)} == {other.id}


async def test_a_run_that_lost_its_turn_is_told_to_stop(database: Database, own: str) -> None:
    async with database.begin() as session:
        held = await syncs.hold(session, own, "nobody", until=NOW + timedelta(minutes=5))

    assert not held
