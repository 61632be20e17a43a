"""The accountant's hand in QuickBooks' books: what `POST …/edit` does there besides plain rows.

    {"organisation": "Bright Bakery", "action": "receive_payment", "name": "1004", "amount": "20"}

Transactions are named by id or by number, with their `kind` where an action serves several. Dates
are `YYYY-MM-DD` and default to today, money is text or a number.

- `add_invoice`, `credit_memo`: `customer`, `amount` (net), and where wanted `item`, `tax` (a code),
  `number`, `date`, `due`, `memo`, `rate`, and with `credit_memo` `against`, the invoice it settles.
- `add_bill`, `vendor_credit`: the same with `vendor` and `account`; `against` is a bill.
- `edit`: `kind`, `name`, and any of `amount`, `number`, `date`, `due`, `memo`.
- `void`, `delete`: `kind`, `name`. `delete_payment`: `name`, and `kind` for a BillPayment.
- `receive_payment`, `pay_bill`: `name` of the invoice or bill, `amount` if not all, `account`.
- `make_inactive`, `make_active`, and `rename` with `to`: `kind`, `name`.
- `merge`: `kind` Customer or Vendor; `name` goes into `into`.
- `set_closing_date`: `date`, or nothing to open the books again.
- `reconcile`: `kind`, `name`, and `mark` where it is another than Reconciled: Cleared, Uncleared.
- `stir`: change `count` rows (176) by `seed` (1), as a day's work would.
- everything else as for any ledger: `add`, `change`, `archive`, `restore`, `remove`.
"""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from bot.sandbox.ledgers import editing
from bot.sandbox.ledgers.books import NoSuchRow
from bot.sandbox.ledgers.editing import BadEdit, Instruction
from bot.sandbox.ledgers.people import Directory
from bot.sandbox.ledgers.quickbooks.keeping.bookkeeper import Bookkeeper, transaction, whole_cents
from bot.sandbox.ledgers.quickbooks.keeping.documents import (
    PURCHASES,
    SALES,
    Terms,
    document,
    entries_of,
    reference,
)
from bot.sandbox.ledgers.quickbooks.keeping.entities import TRANSACTIONS
from bot.sandbox.ledgers.quickbooks.keeping.marks import MARKED, Mark
from bot.sandbox.ledgers.quickbooks.keeping.money import RATES, Entry, TaxCode
from bot.sandbox.ledgers.quickbooks.keeping.settling import PARTIES, SETTLES
from bot.sandbox.ledgers.quickbooks.keeping.touches import Operation, Touch
from bot.sandbox.ledgers.quickbooks.office.list_hand import LIST_ACTIONS, Action
from bot.sandbox.ledgers.quickbooks.seed.volume import stir
from bot.sandbox.ledgers.rows import Fields, Row

OPERATIONS = {"add": Operation.CREATE, "remove": Operation.DELETE}


def apply(directory: Directory, edit: Instruction, *, at: datetime) -> tuple[Row, list[Touch]]:
    """The row that was meant and everything that changed; raises `BadEdit` or `NoSuchRow`."""
    try:
        books = directory.find(str(edit["organisation"]))
        if books is None:
            raise NoSuchRow(f"There is no organisation called {edit['organisation']!r}.")
        keeper = Bookkeeper(books)
        action = _action(edit)
        if action is None:
            row = editing.apply(directory, edit, at=at)
            kind = books.table(str(edit["kind"])).kind
            operation = OPERATIONS.get(str(edit["action"]), Operation.UPDATE)
            keeper.say(kind, row.id, operation, at)
        else:
            row = action(keeper, edit, at)
    except KeyError as missing:
        raise BadEdit(f"{missing.args[0]} is missing.") from missing
    except InvalidOperation as wrong:
        raise BadEdit("An amount must be a number.") from wrong
    return row, keeper.touched


def _action(edit: Instruction) -> Action | None:
    name = str(edit["action"])
    if name == "remove" and edit.get("kind") in TRANSACTIONS:
        return _delete
    if name not in ACTIONS and name not in editing.ACTIONS:
        raise BadEdit(f"action must be one of {', '.join({**editing.ACTIONS, **ACTIONS})}.")
    return ACTIONS.get(name)


def _add(kind: str, against: str | None = None) -> Action:
    """Write a document of one line."""

    def add(keeper: Bookkeeper, edit: Instruction, at: datetime) -> Row:
        settled = _against(keeper, against, edit)
        party_kind = PARTIES[kind]
        party = keeper.books.find(party_kind, str(edit[party_kind.casefold()]))
        entry = Entry(
            amount=whole_cents(edit["amount"]),
            of=_what(keeper, kind, edit),
            code=_code(keeper, edit),
            description=str(edit.get("memo") or ""),
        )
        terms = _terms(keeper, kind, party, edit, at)
        row = keeper.write(kind, party, entries=[entry], terms=terms, at=at)
        if settled is not None and against is not None:
            amount = min(row.fields["Balance"], settled.fields["Balance"])
            credit = {row.id: amount}
            _settle(keeper, against, settled, amount=amount, credit=credit, edit=edit, at=at)
        return row

    return add


def _terms(keeper: Bookkeeper, kind: str, party: Row, edit: Instruction, at: datetime) -> Terms:
    currency = str(party.fields["CurrencyRef"]["value"])
    return Terms(
        day=_day(edit, at),
        number=str(edit.get("number") or keeper.next_number(kind)),
        currency=currency,
        rate=_rate(keeper, currency, edit),
        memo=edit.get("memo") or None,
        due=date.fromisoformat(edit["due"]) if edit.get("due") else None,
    )


def _against(keeper: Bookkeeper, kind: str | None, edit: Instruction) -> Row | None:
    if kind is None or not edit.get("against"):
        return None
    return transaction(keeper.books, kind, str(edit["against"]))


def _what(keeper: Bookkeeper, kind: str, edit: Instruction) -> Fields:
    if kind in SALES:
        wanted = edit.get("item") or keeper.books.rows("Item")[0].id
        return reference(keeper.books.find("Item", str(wanted)), label="Name")
    wanted = str(edit.get("account") or "Purchases")
    return reference(keeper.books.find("Account", wanted), label="Name")


def _code(keeper: Bookkeeper, edit: Instruction) -> TaxCode:
    wanted = edit.get("tax")
    if not wanted:
        return keeper.house.usual_code
    code = keeper.house.find_code(str(wanted))
    if code is None:
        raise NoSuchRow(f"There is no tax code called {wanted!r}.")
    return code


def _rate(keeper: Bookkeeper, currency: str, edit: Instruction) -> Decimal:
    usual = Decimal(1) if currency == keeper.house.currency else RATES.get(currency, Decimal(1))
    return Decimal(str(edit.get("rate") or usual))


def _day(edit: Instruction, at: datetime) -> date:
    return date.fromisoformat(edit["date"]) if edit.get("date") else at.date()


def _edit(keeper: Bookkeeper, edit: Instruction, at: datetime) -> Row:
    """Header fields as they are; a new amount becomes the only line."""
    kind, row = _named(keeper, edit)
    changed = _header(edit)
    if edit.get("amount") in (None, ""):
        return keeper.change(kind, row.id, changed, at=at)
    if kind not in SALES | PURCHASES:
        raise BadEdit(f"The amount of a {kind} cannot be changed here.")
    kept = {**row.fields, **_reworked(keeper, kind, row, whole_cents(edit["amount"])), **changed}
    return keeper.rewrite(kind, row, fields=kept, at=at)


def _reworked(keeper: Bookkeeper, kind: str, row: Row, amount: Decimal) -> Fields:
    """Whatever follows from the amount, with the account and the tax of the first line."""
    first, *_ = entries_of(keeper.house, row.fields)
    entry = Entry(amount=amount, of=first.of, code=first.code)
    party_kind = "Customer" if kind in SALES else "Vendor"
    holder = row.fields.get(f"{party_kind}Ref") or row.fields["EntityRef"]
    party = keeper.books.find(party_kind, holder["value"])
    terms = Terms(
        day=date.fromisoformat(row.fields["TxnDate"]),
        currency=row.fields["CurrencyRef"]["value"],
        rate=row.fields.get("ExchangeRate", Decimal(1)),
    )
    made = document(keeper.house, kind, party, entries=[entry], terms=terms)
    return {name: made[name] for name in REWORKED & made.keys()}


REWORKED = frozenset(
    {
        "Line",
        "TxnTaxDetail",
        "GlobalTaxCalculation",
        "TotalAmt",
        "HomeTotalAmt",
        "Balance",
        "HomeBalance",
        "RemainingCredit",
    }
)
HEADER = {"number": "DocNumber", "date": "TxnDate", "due": "DueDate", "memo": "PrivateNote"}


def _header(edit: Instruction) -> Fields:
    return {theirs: edit[ours] for ours, theirs in HEADER.items() if edit.get(ours)}


def _named(keeper: Bookkeeper, edit: Instruction) -> tuple[str, Row]:
    kind = keeper.books.table(str(edit["kind"])).kind
    return kind, transaction(keeper.books, kind, str(edit["name"]))


def _void(keeper: Bookkeeper, edit: Instruction, at: datetime) -> Row:
    kind, row = _named(keeper, edit)
    return keeper.void(kind, row, at=at)


def _delete(keeper: Bookkeeper, edit: Instruction, at: datetime) -> Row:
    kind, row = _named(keeper, edit)
    return keeper.delete(kind, row, at=at)


def _delete_payment(keeper: Bookkeeper, edit: Instruction, at: datetime) -> Row:
    kind = str(edit.get("kind") or "Payment")
    if kind not in SETTLES:
        raise BadEdit("kind must be Payment or BillPayment.")
    return _delete(keeper, {**edit, "kind": kind}, at)


def _pay(kind: str) -> Action:
    """Money for an invoice or a bill, all that is open unless an amount is given."""

    def pay(keeper: Bookkeeper, edit: Instruction, at: datetime) -> Row:
        row = transaction(keeper.books, kind, str(edit["name"]))
        given = edit.get("amount")
        amount = row.fields["Balance"] if given in (None, "") else whole_cents(given)
        if amount <= 0:
            raise BadEdit(f"{kind} {row.id} has nothing open.")
        return _settle(keeper, kind, row, amount=amount, edit=edit, at=at)

    return pay


def _settle(
    keeper: Bookkeeper,
    kind: str,
    row: Row,
    *,
    amount: Decimal,
    edit: Instruction,
    at: datetime,
    credit: dict[str, Decimal] | None = None,
) -> Row:
    party = keeper.books.find(PARTIES[kind], row.fields[f"{PARTIES[kind]}Ref"]["value"])
    account = reference(
        keeper.books.find("Account", str(edit.get("account") or "Cash at bank")), label="Name"
    )
    if kind == "Invoice":
        settling = "Payment"
        fields: Fields = {"DepositToAccountRef": account, "ProcessPayment": False}
    else:
        settling = "BillPayment"
        bank = {"BankAccountRef": account, "PrintStatus": "NotSet"}
        fields = {"PayType": "Check", "CheckPayment": bank}
    return keeper.settle(
        settling,
        party,
        amounts={row.id: amount},
        credit=credit,
        fields=fields,
        day=_day(edit, at),
        at=at,
    )


def _reconcile(keeper: Bookkeeper, edit: Instruction, at: datetime) -> Row:
    """No change of the transaction itself: its instant of change stays."""
    del at
    kind, row = _named(keeper, edit)
    if kind not in MARKED:
        raise BadEdit(f"A {kind} is not reconciled.")
    try:
        keeper.books.marks[row.id] = Mark(str(edit.get("mark") or Mark.RECONCILED))
    except ValueError as unknown:
        raise BadEdit(f"mark must be one of {', '.join(Mark)}.") from unknown
    return row


def _stir(keeper: Bookkeeper, edit: Instruction, at: datetime) -> Row:
    rows = stir(
        keeper.books, seed=int(edit.get("seed", 1)), count=int(edit.get("count", 176)), at=at
    )
    if not rows:
        raise BadEdit("There is nothing to change.")
    for kind, row in rows:
        keeper.say(kind, row.id, Operation.UPDATE, at)
    return rows[0][1]


ACTIONS: dict[str, Action] = {
    "add_invoice": _add("Invoice"),
    "add_bill": _add("Bill"),
    "credit_memo": _add("CreditMemo", against="Invoice"),
    "vendor_credit": _add("VendorCredit", against="Bill"),
    "edit": _edit,
    "void": _void,
    "delete": _delete,
    "delete_payment": _delete_payment,
    "receive_payment": _pay("Invoice"),
    "pay_bill": _pay("Bill"),
    "reconcile": _reconcile,
    "stir": _stir,
    **LIST_ACTIONS,
}
