"""The page on which a person plays the accountant of a QuickBooks company; it needs no scripts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.faults import Fault
from bot.sandbox.ledgers.pages import HEADERS
from bot.sandbox.ledgers.quickbooks.keeping.entities import ENTITIES, TRANSACTIONS
from bot.sandbox.ledgers.quickbooks.keeping.marks import MARKED, mark_of
from bot.sandbox.ledgers.quickbooks.signin import TERMS
from bot.sandbox.ledgers.rows import Row

SHOWN = 14
VOIDABLE = frozenset(
    {"Invoice", "SalesReceipt", "CreditMemo", "RefundReceipt", "Payment", "BillPayment", "Purchase"}
)
LISTS = ("Customer", "Vendor", "Account", "Item", "Class", "Department", "Employee")
# Fault, and what it does from the caller's side.
FAULTS = {
    Fault.EXPIRE_ACCESS: "Access token expired",
    Fault.REVOKE_REFRESH: "Refresh token revoked",
    Fault.SPEND_REFRESH: "Refresh token spent",
    Fault.UNAUTHORIZED: "401 once",
    Fault.NOT_ENTITLED: "400, not in the plan",
    Fault.SUBSCRIPTION_LAPSED: "400, subscription ended",
    Fault.NO_ACCESS: "401, no longer an admin",
    Fault.FORBIDDEN_ORGANISATION: "403, company gone",
    Fault.RATE_MINUTE: "429, too many calls",
    Fault.RATE_MONTH: "429, the month is spent",
    Fault.SERVER_ERROR: "500",
    Fault.UNAVAILABLE_HTML: "503 with a page",
    Fault.SAVED_MEANWHILE: "Saved by somebody else",
    Fault.TIMEOUT: "No answer",
    Fault.TIMEOUT_AFTER: "Done, but no answer",
    Fault.SLOW: "Slow answer",
    Fault.MALFORMED_BODY: "Half a body",
    Fault.UNKNOWN_ENUM: "A value nobody knows",
}

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parents[2] / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One transaction in the table."""

    kind: str
    id: str
    number: str
    party: str
    day: str
    total: Decimal
    balance: Decimal | None
    currency: str
    is_void: bool
    mark: str | None

    @property
    def can_be_voided(self) -> bool:
        return self.kind in VOIDABLE and not self.is_void

    @property
    def pay(self) -> str | None:
        """The action that settles it."""
        if not self.balance:
            return None
        return {"Invoice": "receive_payment", "Bill": "pay_bill"}.get(self.kind)


def response(books: Books, asked: Mapping[str, str], *, others: Iterable[Books]) -> HTMLResponse:
    """The page of a company; `asked` may hold `find`, and what was `done` or went `wrong`."""
    wanted = asked.get("find", "").strip()
    html = _templates.get_template("quickbooks_books.html").render(
        title=TERMS.title,
        accent=TERMS.accent,
        books=books,
        others=list(others),
        lines=lines(books, wanted),
        find=wanted,
        done=asked.get("done"),
        wrong=asked.get("wrong"),
        customers=_names(books, "Customer"),
        vendors=_names(books, "Vendor"),
        accounts=_names(books, "Account"),
        lists=LISTS,
        closing_date=_closing_date(books),
        faults=FAULTS,
    )
    return HTMLResponse(html, headers=HEADERS)


def lines(books: Books, wanted: str = "") -> list[Line]:
    """What was touched last, or what has this number or name in it."""
    rows = [(kind, row) for kind in TRANSACTIONS for row in books.rows(kind)]
    if wanted:
        rows = [pair for pair in rows if _answers(books, *pair, wanted.casefold())]
    rows.sort(key=lambda pair: pair[1].updated, reverse=True)
    return [_line(books, kind, row) for kind, row in rows[:SHOWN]]


def _answers(books: Books, kind: str, row: Row, wanted: str) -> bool:
    line = _line(books, kind, row)
    return wanted in f"{line.number} {line.party} {line.kind}".casefold()


def _line(books: Books, kind: str, row: Row) -> Line:
    fields = row.fields
    party = next(
        (
            fields[name]["name"]
            for name in ("CustomerRef", "VendorRef", "EntityRef")
            if name in fields
        ),
        "",
    )
    return Line(
        kind=kind,
        id=row.id,
        number=str(fields.get("DocNumber") or fields.get("PaymentRefNum") or f"#{row.id}"),
        party=str(party),
        day=str(fields.get("TxnDate", "")),
        total=Decimal(fields.get("TotalAmt") or fields.get("Amount") or 0),
        balance=fields.get("Balance"),
        currency=str(fields.get("CurrencyRef", {}).get("value", "")),
        is_void=fields.get("PrivateNote") == "Voided",
        mark=mark_of(books, row) if kind in MARKED else None,
    )


def _names(books: Books, kind: str) -> list[str]:
    label = ENTITIES[kind].label
    return [str(r.fields[label]) for r in books.rows(kind) if r.fields.get("Active") is not False]


def _closing_date(books: Books) -> str:
    info = books.rows("Preferences")[0].fields["AccountingInfoPrefs"]
    return str(info.get("BookCloseDate", ""))
