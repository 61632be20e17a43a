"""What ledgers refuse: told, mended by its button, and published once."""

from collections.abc import Callable
from dataclasses import dataclass, field

from commands.publishing import catalogue
from commands.replies import Answer
from storage.models import Item, ItemState, PublicationState
from tests.commands.connecting import said
from tests.commands.practice import ANA
from tests.commands.publishing.provoking import Told, escaped, presses
from tests.commands.publishing.publishing import Desk
from tests.commands.publishing.varied import an_item, card_of, row_of

SOFTWARE = {"xero": "Xero", "quickbooks": "QuickBooks Online"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """What an item says (`told`), what goes wrong in the ledger after that (`breaks`), and what
    mends it: the field that the `button` of the item asks for, or the ledger's own people."""

    code: str
    told: Told
    breaks: Callable[[Desk], None] = field(default=lambda desk: None)
    button: str = ""
    saves: Told | None = None
    mends: Callable[[Desk], None] | None = None


async def refused_told_and_mended(desk: Desk, case: Case) -> None:
    item = await an_item(desk, **await case.told(desk))
    assert item.problems == [], case.code
    await desk.publish(item)
    case.breaks(desk)
    await desk.work()
    refused = await desk.publication(item)
    outcome, own = desk.world.card("publishing:"), await card_of(desk, item)
    text = (await desk.item(item)).error.get("text", "")
    words = catalogue.told(case.code, {"text": text, "software": SOFTWARE[desk.vendor]})

    assert refused.state == PublicationState.REFUSED
    assert (await desk.item(item)).error["code"] == case.code
    assert "1 not published" in said(outcome)
    for shown in (said(outcome), said(own)):
        assert escaped(words.title) in shown
        assert escaped(words.remedy) in shown
    await mend(desk, case, item, own)
    await desk.world.press(ANA, outcome, "Retry 1")
    await desk.work()

    assert (await desk.publication(item)).problems == []
    await row_of(desk, item)
    after = await desk.item(item)
    assert (after.state, after.error) == (ItemState.ARCHIVED, {})


async def mend(desk: Desk, case: Case, item: Item, own: Answer) -> None:
    if case.mends is not None:
        case.mends(desk)
        return
    assert case.saves is not None
    await presses(desk, own, case.button, **await case.saves(desk))
