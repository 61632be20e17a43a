"""The accountant's hand in QuickBooks' lists and preferences."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from bot.sandbox.ledgers.books import NoSuchRow
from bot.sandbox.ledgers.editing import BadEdit, Instruction
from bot.sandbox.ledgers.quickbooks.keeping.bookkeeper import Bookkeeper
from bot.sandbox.ledgers.quickbooks.keeping.documents import reference
from bot.sandbox.ledgers.quickbooks.keeping.entities import ENTITIES, INACTIVE
from bot.sandbox.ledgers.quickbooks.keeping.references import pointing_at, replaced
from bot.sandbox.ledgers.quickbooks.keeping.renaming import GONE, call
from bot.sandbox.ledgers.quickbooks.keeping.touches import Operation
from bot.sandbox.ledgers.rows import Fields, Row

Action = Callable[[Bookkeeper, Instruction, datetime], Row]


def _make_inactive(keeper: Bookkeeper, edit: Instruction, at: datetime) -> Row:
    kind, row = _listed(keeper, edit)
    name = str(row.fields[ENTITIES[kind].label]).removesuffix(GONE)
    return call(keeper, kind, row, name + GONE, at=at, also=INACTIVE)


def _make_active(keeper: Bookkeeper, edit: Instruction, at: datetime) -> Row:
    kind, row = _listed(keeper, edit)
    name = str(row.fields[ENTITIES[kind].label]).removesuffix(GONE)
    return call(keeper, kind, row, name, at=at, also={"Active": True})


def _rename(keeper: Bookkeeper, edit: Instruction, at: datetime) -> Row:
    kind = keeper.books.table(str(edit["kind"])).kind
    row = keeper.books.find(kind, str(edit["name"]))
    return call(keeper, kind, row, str(edit["to"]), at=at, also={})


def _listed(keeper: Bookkeeper, edit: Instruction) -> tuple[str, Row]:
    kind = keeper.books.table(str(edit["kind"])).kind
    if not ENTITIES[kind].archived:
        raise BadEdit(f"A {kind} is neither active nor inactive.")
    wanted = str(edit["name"])
    try:
        return kind, keeper.books.find(kind, wanted)
    except NoSuchRow:
        return kind, keeper.books.find(kind, wanted + GONE)


def _merge(keeper: Bookkeeper, edit: Instruction, at: datetime) -> Row:
    """One takes over everything of the other, which is no more."""
    kind = str(edit["kind"])
    if kind not in {"Customer", "Vendor"}:
        raise BadEdit("kind must be Customer or Vendor.")
    loser = keeper.books.find(kind, str(edit["name"]))
    winner = keeper.books.find(kind, str(edit["into"]))
    if loser is winner:
        raise BadEdit("A name cannot be merged into itself.")
    if loser.fields["CurrencyRef"]["value"] != winner.fields["CurrencyRef"]["value"]:
        raise BadEdit("Names of different currencies cannot be merged.")
    now = reference(winner)
    for each, row in list(pointing_at(keeper.books, kind, loser.id)):
        fields = replaced(row.fields, kind, loser.id, lambda ref: {**ref, **now})
        keeper.change(each, row.id, fields, at=at)
    sums: Fields = {
        name: Decimal(winner.fields[name]) + Decimal(loser.fields.get(name, 0))
        for name in ("Balance", "BalanceWithJobs")
        if name in winner.fields
    }
    keeper.books.change(kind, winner.id, sums, at=at)
    keeper.books.remove(kind, loser.id, at=at)
    keeper.say(kind, winner.id, Operation.MERGE, at, merged=loser.id)
    return winner


def _set_closing_date(keeper: Bookkeeper, edit: Instruction, at: datetime) -> Row:
    row = keeper.books.rows("Preferences")[0]
    before = row.fields["AccountingInfoPrefs"]
    info = {name: value for name, value in before.items() if name != "BookCloseDate"}
    if edit.get("date"):
        info["BookCloseDate"] = date.fromisoformat(edit["date"]).isoformat()
    return keeper.change("Preferences", row.id, {"AccountingInfoPrefs": info}, at=at)


LIST_ACTIONS: dict[str, Action] = {
    "make_inactive": _make_inactive,
    "make_active": _make_active,
    "rename": _rename,
    "merge": _merge,
    "set_closing_date": _set_closing_date,
}
