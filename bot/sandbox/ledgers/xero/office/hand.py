"""The accountant's hand in Xero's transactions: what each instruction of `POST …/edit` does.

Besides the actions of every vendor (`add`, `change`, `rename`, `archive`, `restore`, `remove`):

* `add` of a document takes `fields` in the shape of Xero's own PUT; contacts and accounts may be a
  name, a code or an id. A Payment names its `Invoice` (or `CreditNote`, `Overpayment`,
  `Prepayment`), a BatchPayment its `Payments`, an Overpayment its `Amount` and `BankAccount`.
* `approve`, `void`, `delete`, `reconcile`, `unreconcile`: `kind` and `name`, a number or an id.
* `pay`: `name` of an invoice (or `kind` and `name`), `account`, and `amount` and `date` if given.
* `allocate`: a credit's `kind` and `name` towards `invoice`, `amount` of it; `withdraw` undoes it.
* `merge`: contact `name` into contact `into`.
* `lock`: `period` and `end_of_year`, dates or null.
* `touch`: the first `count` rows of `kind` count as changed.
"""

from datetime import datetime
from decimal import Decimal

from bot.sandbox.ledgers.books import Books, NoSuchRow
from bot.sandbox.ledgers.editing import ACTIONS, Action, BadEdit, Instruction
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.xero.keeping.bank import delete_bank_transaction, delete_transfer
from bot.sandbox.ledgers.xero.keeping.documents import BadDocument, Drafting, civil
from bot.sandbox.ledgers.xero.keeping.joins import follow, merge
from bot.sandbox.ledgers.xero.keeping.locks import DRAFTS, not_locked
from bot.sandbox.ledgers.xero.keeping.settling import (
    SETTLED,
    Paid,
    allocate,
    delete_batch,
    delete_payment,
    pay,
    withdraw,
)
from bot.sandbox.ledgers.xero.keeping.tables import DOCUMENT_KINDS
from bot.sandbox.ledgers.xero.office.entering import MAKERS, amount_of, drafted


def _add(books: Books, edit: Instruction, at: datetime) -> Row:
    kind = books.table(edit["kind"]).kind
    if kind not in MAKERS:
        return ACTIONS["add"](books, edit, at)
    typed = {"Date": f"{at:%Y-%m-%d}", **edit["fields"]}
    not_locked(books, typed)
    return MAKERS[kind](Drafting(books), typed, at)


def _change(books: Books, edit: Instruction, at: datetime) -> Row:
    kind = books.table(edit["kind"]).kind
    if kind not in DOCUMENT_KINDS:
        row = ACTIONS["change"](books, edit, at)
        follow(books, kind, row)
        return row
    row = books.find(kind, edit["name"])
    if row.fields.get("Status") in _OVER:
        raise BadDocument("What is void or deleted cannot be changed")
    typed = {**row.fields, **edit["fields"]}
    not_locked(books, row.fields)
    not_locked(books, typed)
    label = books.table(kind).label
    kept = {name: row.fields[name] for name in _KEPT if name in row.fields}
    new = drafted(Drafting(books), kind, {**typed, label: ""} if label in _NUMBERS else typed)
    if label in _NUMBERS:
        kept[label] = typed[label]
    if (kept.get("Payments") or kept.get("Allocations")) and new["Total"] != row.fields["Total"]:
        raise BadDocument("The total of a document with payments or credits cannot change")
    return books.change(kind, row.id, {**new, **kept, **_odds(edit["fields"])}, at=at)


_NUMBERS = frozenset({"InvoiceNumber", "CreditNoteNumber", "PurchaseOrderNumber"})
_OVER = frozenset({"VOIDED", "DELETED"})
_KEPT = ("Payments", "CreditNotes", "Prepayments", "Overpayments", "Allocations")


def _odds(fields: Fields) -> Fields:
    """What may be set on any document and is worked out from nothing."""
    return {name: fields[name] for name in ("Url", "HasAttachments", "Status") if name in fields}


def _rename(books: Books, edit: Instruction, at: datetime) -> Row:
    row = ACTIONS["rename"](books, edit, at)
    follow(books, books.table(edit["kind"]).kind, row)
    return row


def _approve(books: Books, edit: Instruction, at: datetime) -> Row:
    kind = books.table(edit["kind"]).kind
    row = books.find(kind, edit["name"])
    if row.fields["Status"] not in DRAFTS:
        raise BadDocument("Only a draft can be approved")
    status = "POSTED" if kind == "ManualJournals" else "AUTHORISED"
    not_locked(books, {**row.fields, "Status": status})
    return books.change(kind, row.id, {"Status": status}, at=at)


def _void(books: Books, edit: Instruction, at: datetime) -> Row:
    kind = books.table(edit.get("kind", "Invoices")).kind
    row = books.find(kind, edit["name"])
    if kind not in {"Invoices", "CreditNotes", "ManualJournals"}:
        raise BadEdit(f"{kind} are deleted, not voided.")
    if row.fields["Status"] not in {"AUTHORISED", "POSTED"}:
        raise BadDocument(f"A document that is {row.fields['Status']} cannot be voided")
    if any(row.fields.get(name) for name in _KEPT):
        raise BadDocument("A document with payments or allocations cannot be voided")
    not_locked(books, row.fields)
    return books.change(kind, row.id, {"Status": "VOIDED", **_nothing_left(kind)}, at=at)


def _delete(books: Books, edit: Instruction, at: datetime) -> Row:
    kind = books.table(edit["kind"]).kind
    row = books.find(kind, edit["name"])
    if kind not in DOCUMENT_KINDS:
        return ACTIONS["remove"](books, edit, at)
    not_locked(books, row.fields)
    match kind:
        case "Payments":
            return delete_payment(books, row, at=at)
        case "BatchPayments":
            return delete_batch(books, row, at=at)
        case "BankTransfers":
            return delete_transfer(books, row, at=at)
        case "BankTransactions":
            return delete_bank_transaction(books, row, at=at)
    if kind != "PurchaseOrders" and row.fields["Status"] not in DRAFTS:
        raise BadDocument(f"A document that is {row.fields['Status']} is voided, not deleted")
    return books.change(kind, row.id, {"Status": "DELETED", **_nothing_left(kind)}, at=at)


def _nothing_left(kind: str) -> Fields:
    left = {"Invoices": "AmountDue", "CreditNotes": "RemainingCredit"}.get(kind)
    return {left: Decimal("0.00")} if left else {}


def _pay(books: Books, edit: Instruction, at: datetime) -> Row:
    kind = books.table(edit.get("kind", "Invoices")).kind
    if kind not in SETTLED.values():
        raise BadEdit(f"{kind} cannot be paid.")
    on = edit.get("date") or f"{at:%Y-%m-%d}"
    not_locked(books, {"Date": on})
    paid = Paid(
        account=edit["account"],
        on=on,
        amount=amount_of(edit.get("amount")),
        reference=str(edit.get("reference", "")),
    )
    return pay(Drafting(books), (kind, books.find(kind, edit["name"])), paid, at=at)


def _allocate(books: Books, edit: Instruction, at: datetime) -> Row:
    kind = books.table(edit["kind"]).kind
    invoice = books.find("Invoices", edit["invoice"])
    credit = (kind, books.find(kind, edit["name"]))
    return allocate(Drafting(books), credit, invoice, amount=amount_of(edit.get("amount")), at=at)


def _withdraw(books: Books, edit: Instruction, at: datetime) -> Row:
    kind = books.table(edit["kind"]).kind
    return withdraw(books, (kind, books.find(kind, edit["name"])), at=at)


def _reconciled(*, to: bool) -> Action:
    def act(books: Books, edit: Instruction, at: datetime) -> Row:
        kind = books.table(edit["kind"]).kind
        fields = {"IsReconciled": to}
        if kind == "BankTransfers":
            fields = {"FromIsReconciled": to, "ToIsReconciled": to}
        return books.change(kind, edit["name"], fields, at=at)

    return act


def _merge(books: Books, edit: Instruction, at: datetime) -> Row:
    gone, into = books.find("Contacts", edit["name"]), books.find("Contacts", edit["into"])
    if gone is into:
        raise BadDocument("A contact cannot be merged into itself")
    return merge(books, gone, into, at=at)


def _lock(books: Books, edit: Instruction, at: datetime) -> Row:
    fields: Fields = {}
    for word, name in (("period", "PeriodLockDate"), ("end_of_year", "EndOfYearLockDate")):
        if word in edit:
            fields[name] = civil(edit[word]) if edit[word] else None
    row = books.change("Organisation", books.profile.id, fields, at=at)
    for name in [name for name, value in row.fields.items() if value is None]:
        if name in {"PeriodLockDate", "EndOfYearLockDate"}:
            del row.fields[name]
    return row


def _touch(books: Books, edit: Instruction, at: datetime) -> Row:
    rows = books.rows(edit["kind"])[: int(edit.get("count", 1))]
    if not rows:
        raise NoSuchRow(f"{books.name} has nothing in {edit['kind']}.")
    for row in rows:
        books.change(edit["kind"], row.id, {}, at=at)
    return rows[-1]


XERO_ACTIONS: dict[str, Action] = {
    **ACTIONS,
    "add": _add,
    "change": _change,
    "rename": _rename,
    "approve": _approve,
    "void": _void,
    "delete": _delete,
    "pay": _pay,
    "allocate": _allocate,
    "withdraw": _withdraw,
    "reconcile": _reconciled(to=True),
    "unreconcile": _reconciled(to=False),
    "merge": _merge,
    "lock": _lock,
    "touch": _touch,
}
