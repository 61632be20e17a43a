"""Writes what `mistakes` lists into books that were in order."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from bot.sandbox.ledgers import tidy
from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.tidy import Role
from bot.sandbox.ledgers.xero.keeping.bank import receive_credit
from bot.sandbox.ledgers.xero.seed.mistakes import MISTAKES
from bot.sandbox.ledgers.xero.seed.register import OFFICE, Asset
from bot.sandbox.ledgers.xero.seed.tidy_lists import add_customer, add_supplier, cast_of
from bot.sandbox.ledgers.xero.seed.tidy_year import Pen, midday

REPAIRS, TRAVEL, EVERYTHING_ELSE = "473", "493", "429"
SUSPENSE: Fields = {
    "Code": "850",
    "Name": "Suspense",
    "Type": "CURRLIAB",
    "TaxType": "NONE",
    "Class": "LIABILITY",
    "SystemAccount": "",
}
MORE_ACCOUNTS = ("408", "420", "429", "466", "473", "480", "493", "612", "720", "805", "835")
# supplier | the account they are always coded to
_SUPPLIERS = """
Penhallow Glazing|473
Penhalow Glazing|473
Trevithick Roofing Ltd|473
Trevithicks Roofing Limited|473
Bay 6 Storage|469
Bay 5 Storage|469
Carne Hardware|473
Nancarrow Taxis|493
Roskilly Plumbing|473
Tamblyn Locksmiths|473
Pascoe Scaffolding|473
Trewin Joinery|473
Polmear Electrical|473
Zennor Deposit Scheme|612
Feock Feasts|420
Mawgan Windows|473
Unknown|850
St Erth Heating|473
Helford Carpets|473
Sithney Plaster|473
Lelant Computers|720
Budock Builders|473
Perran Evicted|612
M Trevanion|835
Truro Sweepers|408
Newlyn Academy|480
"""
_CUSTOMERS = """
Lowenna Studios|200
Carrick Mutual|805
Portreath Tenants|200
Veryan Interiors|200
Kea Photography|200
Gwennap Films|200
"""


def add_contacts(books: Books) -> None:
    dice = Random(f"{books.key}:mistakes")
    taxes = {str(row.fields["Code"]): row.fields["TaxType"] for row in books.rows("Accounts")}
    for table, add in ((_SUPPLIERS, add_supplier), (_CUSTOMERS, add_customer)):
        for line in table.strip().splitlines():
            name, code = line.split("|")
            add(books, name, code, taxes[code], dice)
    for name in MISTAKES["same_tax_number"].rows:
        add_supplier(books, name, REPAIRS, taxes[REPAIRS], dice, TaxNumber="GB111222333")
    none: Fields = {"PurchasesDefaultAccountCode": None, "AccountsPayableTaxType": None}
    for name in MISTAKES["contact_without_default"].rows:
        add_supplier(books, name, REPAIRS, taxes[REPAIRS], dice, **none)


def archive_accounts(books: Books, today: date) -> None:
    """At once, though what was posted to them is written later: who reads accounts only sees it."""
    last = tidy.last_month_end(today) - timedelta(days=2)
    for name in MISTAKES["archived_account_in_use"].rows:
        books.archive("Accounts", name, at=midday(last))


def assets(today: date) -> tuple[Asset, ...]:
    """One that the ledger knows nothing of, and one nobody registered."""
    (ladders,), (tablet,) = (MISTAKES[k].rows for k in ("asset_not_in_ledger", "draft_asset"))
    bought = today - timedelta(days=75)
    price = Decimal("480.00")
    return (
        Asset(name=ladders, type=OFFICE.name, bought=bought, price=price),
        Asset(name=tablet, type=OFFICE.name, bought=bought, price=price, status="Draft"),
    )


class Planting:
    """Every method makes the mistakes of a kind; everything else about them is in order."""

    def __init__(self, pen: Pen, today: date, locked: date) -> None:
        self._pen = pen
        self._books = pen.books
        self._today = today
        self._end = tidy.last_month_end(today)
        self._locked = locked

    def plant(self) -> None:
        self._contacts()
        self._duplicates()
        self._unpaid()
        self._taxes()
        self._bank()
        self._journals()
        self._credits()
        self._drafts()
        self._assets()
        self._accounts()

    def _ago(self, days: int) -> date:
        """Before the end of the last month that is over; fewer than 28 are within it."""
        return self._end - timedelta(days=days)

    def _bill(self, contact: str, number: str, ago: int, code: str, net: str, **how: Any) -> Row:
        """Paid after a fortnight unless `paid` says no or the fortnight is not over."""
        paid, tax = how.pop("paid", True), how.pop("tax", None)
        day = how.pop("day", self._ago(ago))
        line = self._pen.line(code, Decimal(net), f"Bill {number}", tax)
        row = self._pen.invoice(contact, day, line, InvoiceNumber=number, **how)
        due = max(day + timedelta(days=tidy.DAYS_TO_PAY), how.get("at", day))
        if paid and due <= self._today:
            self._pen.settle(row, due)
        return row

    def _sale(self, contact: str, number: str, ago: int, net: str, **how: Any) -> Row:
        line = self._pen.line("200", Decimal(net), f"Invoice {number}")
        named = {"Type": "ACCREC", "InvoiceNumber": number, **how}
        return self._pen.invoice(contact, self._ago(ago), line, **named)

    def _contacts(self) -> None:
        for n, ago in enumerate((140, 100, 70, 5)):
            self._bill("Lanyon Boiler Care", f"LBC-{n}", ago, REPAIRS, f"{88 + n}.00")
            code = EVERYTHING_ELSE if n == 3 else REPAIRS
            self._bill("Carne Hardware", f"CH-{n}", ago + 2, code, f"{41 + n}.50")
            tax = "INPUT2" if n == 3 else None
            self._bill("Nancarrow Taxis", f"NT-{n}", ago + 4, TRAVEL, f"{23 + n}.00", tax=tax)

    def _duplicates(self) -> None:
        number, _ = MISTAKES["duplicate_bill"].rows
        self._bill("Roskilly Plumbing", number, 23, REPAIRS, "318.00")
        self._bill("Roskilly Plumbing", number, 20, REPAIRS, "318.00", paid=False)
        self._bill("Tamblyn Locksmiths", "TL-771", 15, REPAIRS, "142.80", paid=False)
        line = self._pen.line(REPAIRS, Decimal("142.80"), "Keys cut")
        reference = MISTAKES["paid_at_bank_besides_bill"].rows[0]
        day = self._ago(13)
        self._pen.at_bank("SPEND", "Tamblyn Locksmiths", day, line, Reference=reference)

    def _unpaid(self) -> None:
        self._bill("Pascoe Scaffolding", "PS-90", 200, REPAIRS, "655.00", paid=False)
        self._sale("Lowenna Studios", "LOW-1", 180, "2460.00")
        day, late = self._locked - timedelta(days=2), {"at": self._today, "paid": False}
        self._bill("Trewin Joinery", "TJ-15", 0, REPAIRS, "207.00", day=day, **late)

    def _taxes(self) -> None:
        for n, ago in enumerate((150, 120, 90, 60)):
            self._bill("Polmear Electrical", f"PE-{n}", ago, REPAIRS, f"{77 + n}.00")
        self._bill("Polmear Electrical", "PE-310", 18, REPAIRS, "384.00", tax="NONE")
        self._bill("Zennor Deposit Scheme", "DEP-7", 22, "612", "700.00", tax="INPUT2")
        self._bill("Feock Feasts", "FEAST-3", 16, "420", "163.00")
        line = self._pen.line("805", Decimal("250.00"), "Goodwill", "OUTPUT2")
        reference = MISTAKES["sales_tax_outside_revenue"].rows[0]
        self._pen.at_bank("RECEIVE", "Carrick Mutual", self._ago(17), line, Reference=reference)

    def _bank(self) -> None:
        spent = self._pen.line(REPAIRS, Decimal("96.40"), "Window latch")
        cash = self._pen.line("200", Decimal("412.00"), "Rent in cash")
        unknown = self._pen.line(SUSPENSE["Code"], Decimal("275.00"), "Not known yet")
        lunches = self._pen.line("200", Decimal("540.00"), "Room hire")
        deposit = self._pen.line("612", Decimal("310.00"), "Deposit returned")
        drawn = self._pen.line("835", Decimal("12500.00"), "Drawn")
        waiting = {"IsReconciled": False}
        client = next(r.id for r in self._books.rows("Accounts") if r.fields["Code"] == "091")
        self._sale("Gwennap Films", "GF-1", 25, "540.00")
        for kind, contact, ago, line, reference, more in (
            ("SPEND", "Mawgan Windows", 47, spent, "Cheque 001203", waiting),
            ("RECEIVE", "Portreath Tenants", 20, cash, "Counter credit", waiting),
            ("SPEND", "Unknown", 10, unknown, "Unknown card payment", {}),
            ("RECEIVE", "Gwennap Films", 19, lunches, "Gwennap, lunches", {}),
            ("SPEND", "Perran Evicted", 12, deposit, "Deposit", {"BankAccount": client}),
            ("SPEND", "M Trevanion", 40, drawn, "Drawings", {}),
        ):
            self._pen.at_bank(kind, contact, self._ago(ago), line, Reference=reference, **more)

    def _journals(self) -> None:
        (vat,), (bonus,) = (
            MISTAKES[key].rows
            for key in ("journal_to_control_account", "payroll_tax_not_reconciled")
        )
        amount, owed = Decimal("37.20"), Decimal("95.00")
        self._pen.journal(vat, self._ago(14), (EVERYTHING_ELSE, amount), ("820", -amount))
        self._pen.journal(bonus, self._ago(80), ("477", owed), ("825", -owed))

    def _credits(self) -> None:
        for kind, contact, ago, more in (
            ("RECEIVE-OVERPAYMENT", "Veryan Interiors", 60, {"Amount": "120.00"}),
            ("SPEND-PREPAYMENT", "St Erth Heating", 130, {"LineItems": [self._boiler()]}),
        ):
            over = kind.endswith("OVERPAYMENT")
            typed = {
                "Type": kind,
                "Contact": contact,
                "BankAccount": self._pen.bank,
                "Date": self._ago(ago),
                "IsReconciled": True,
                "Reference": MISTAKES["overpayment" if over else "old_prepayment"].rows[0],
                **more,
            }
            receive_credit(self._pen.drafting, typed, midday(self._ago(ago)))
        note = {
            "Type": "ACCPAYCREDIT",
            "CreditNoteNumber": MISTAKES["unused_supplier_credit"].rows[0],
            "Contact": "Helford Carpets",
            "Date": self._ago(120),
            "LineItems": [self._pen.line(REPAIRS, Decimal("60.00"), "Returned")],
        }
        made = self._pen.drafting.credit_note(note)
        self._books.add("CreditNotes", made, at=midday(self._ago(120)))

    def _boiler(self) -> dict[str, Any]:
        return self._pen.line(REPAIRS, Decimal("450.00"), "Deposit for the boiler")

    def _drafts(self) -> None:
        self._sale("Kea Photography", "DRAFT-1", 90, "330.00", Status="DRAFT")
        bill = ("Sithney Plaster", "SUB-8", 58, REPAIRS, "219.00")
        self._bill(*bill, Status="SUBMITTED", paid=False)

    def _assets(self) -> None:
        self._bill("Lelant Computers", "LCA-1", 21, "720", "84.00")
        self._bill("Budock Builders", "REP-900", 24, REPAIRS, "6900.00")
        power = cast_of(self._books).suppliers[Role.POWER]
        self._bill(power, "POWER-X", 8, "445", "940.00")

    def _accounts(self) -> None:
        self._bill("Newlyn Academy", "NA-1", 1_100, "480", "150.00")
        self._bill("Truro Sweepers", "TS-4", 55, "408", "72.00")
