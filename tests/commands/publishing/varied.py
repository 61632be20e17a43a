"""Items of every side and kind, at any organisation of the stand-ins, and their documents there."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from commands.publishing.readiness.readiness import reassess
from commands.replies import Answer, Form, call
from storage.identity import new_id
from storage.models import Item, ItemFile, ItemState, PaymentMethod, Publication, Rule
from storage.queries import publications
from tests.commands.connecting import World, drawn
from tests.commands.practice import ANA, WORKSPACE
from tests.commands.publishing.ledgers import filled_in
from tests.commands.publishing.publishing import CODES, Desk
from tests.conftest import Clock

RESOURCES = {
    "xero": ("Invoices", "CreditNotes", "BankTransactions"),
    "quickbooks": ("Bill", "Purchase", "VendorCredit", "Invoice", "SalesReceipt", "CreditMemo"),
}


async def connected(
    world: World, clock: Clock, organisation: str, vendor: str, *, name: str = "Acme Ltd"
) -> Desk:
    """A client whose bookkeeping is in any organisation, and whose lists are read."""
    (client,) = await world.practice.has(name, channel_id="C0ACME")
    await world.connect(name, organisation, software=vendor)
    await world.work("lists.refresh")
    return Desk(world=world, clock=clock, client=client, vendor=vendor, organisation=organisation)


async def an_item(
    desk: Desk,
    *,
    side: str = "cost",
    lines: Sequence[Mapping[str, Any]] = (),
    read: Mapping[str, str] | None = None,
    files: Mapping[str, bytes] | None = None,
    owner: str = ANA,
    place: str | None = None,
    **facts: str | None,
) -> Item:
    """A bill of 120.00, 20.00 of it tax, changed as told; an empty text says nothing at all.

    `facts` are said by hand, `read` is what stands on the document; `place` is where it is told of.
    """
    by_hand = await _usual(desk, facts)
    item = Item(
        id=new_id(),
        workspace_id=WORKSPACE,
        client_id=desk.client.id,
        state=ItemState.TO_REVIEW,
        side=side,
        owner=owner,
        place=place,
        source="form",
        title="receipt.pdf",
        submitted_at=desk.clock(),
        manual={
            name: {"value": value, "by": ANA, "at": desk.clock().isoformat()}
            for name, value in by_hand.items()
            if value != ""
        },
        read={
            name: {"value": value, "confidence": 1.0, "by": "text"}
            for name, value in (read or {}).items()
        },
        lines=[dict(line) for line in lines],
    )
    async with desk.world.database.begin() as session:
        session.add(item)
        session.add_all(
            ItemFile(
                item_id=item.id, position=position, workspace_id=WORKSPACE, name=name,
                mime="application/pdf", size=len(content), digest=name, content=content,
            )
            for position, (name, content) in enumerate((files or {}).items())
        )  # fmt: skip
        await session.flush()
        await reassess(session, desk.world.tools, item, now=desk.clock())
    return item


async def _usual(desk: Desk, facts: Mapping[str, str | None]) -> dict[str, str | None]:
    usual: dict[str, str | None] = {
        "supplier": "Paper & Pens",
        "day": "2026-05-20",
        "number": f"INV-{new_id()[:6]}",
        "currency": "GBP",
        "total": "120.00",
        "tax": "20.00",
        "publish_as": "awaiting payment",
    }
    if "account" not in facts:
        usual["account"] = await desk.entry("accounts", CODES[desk.vendor])
    if "tax_rate" not in facts:
        usual["tax_rate"] = await desk.tax()
    return usual | facts


async def arrives(desk: Desk, **told: Any) -> Item:
    """An item that has just come, looked at as the job does, and sent where it goes by itself."""
    item = await an_item(desk, **told)
    async with desk.world.database.begin() as session:
        (own,) = await publications.items_of(session, WORKSPACE, [item.id], lock=True)
        own.state, own.due_at = ItemState.PROCESSING, desk.clock()
    await desk.world.work("items.look")
    await desk.work()
    return await desk.item(item)


async def rejudged(desk: Desk, item: Item) -> Item:
    """The item, judged again as it is when something around it has changed."""
    async with desk.world.database.begin() as session:
        (own,) = await publications.items_of(session, WORKSPACE, [item.id], lock=True)
        await reassess(session, desk.world.tools, own, now=desk.clock())
    return own


async def choose(desk: Desk, group: str, **values: str) -> None:
    """Change one group of the Settings page, leaving the rest of its form alone."""
    form = await desk.world.practice.press(ANA, call(f"publishing.{group}", client=desk.client.id))
    assert isinstance(form, Form), form
    await desk.world.submit(ANA, form, **(filled_in(form) | values))


async def published(desk: Desk, *items: Item) -> list[Publication]:
    """What came of publishing these."""
    alone = [item for item in items if item.side != "claim"]
    if alone:
        await desk.publish(*alone)
    for item in items:
        if item.side == "claim":
            await desk.publish_claim(item)
    await desk.work()
    return [await desk.publication(item) for item in items]


async def row_of(desk: Desk, item: Item) -> tuple[str, Any]:
    """The resource and the row of the one document the item has become."""
    reference = (await desk.publication(item)).reference
    found = [
        (resource, row)
        for resource in RESOURCES[desk.vendor]
        for row in desk.books.rows(resource)
        if reference in str(row.fields)
    ]
    assert len(found) == 1, found
    return found[0]


async def document_of(desk: Desk, item: Item) -> Any:
    """Publish it; the fields of the one document there is then."""
    (publication,) = await published(desk, item)
    assert publication.problems == []
    return (await row_of(desk, item))[1].fields


async def card_of(desk: Desk, item: Item) -> Answer:
    """The item as it is shown."""
    return drawn(await desk.world.practice.press(ANA, call("items.show", item=item.id)))


async def a_xero_client(world: World, clock: Clock) -> Desk:
    """One with short lists, two banks and one category of tracking."""
    return await connected(world, clock, "Oakwood Joinery Holdings", "xero")


async def makes_rule(desk: Desk, kind: str, subject: str, **told: str) -> str:
    """Its id."""
    about = {"client": desk.client.id, "kind": kind, "subject": subject}
    await desk.world.practice.press(ANA, call("publishing.save_rule", **about, **told))
    return str((await desk.all(Rule))[-1].id)


async def makes_method(desk: Desk, **told: str) -> str:
    """The id of a new card."""
    does = call("publishing.save_method", client=desk.client.id, name="Card", **told)
    await desk.world.practice.press(ANA, does)
    return str((await desk.all(PaymentMethod))[-1].id)


async def refresh(desk: Desk) -> None:
    """Have the lists read anew."""
    connection = await desk.world.connection(desk.client.name)
    desk.clock.advance(timedelta(minutes=5))
    does = call("lists.refresh_one", connection=connection.id)
    await desk.world.practice.press(ANA, does)
    await desk.world.work("lists.refresh")
