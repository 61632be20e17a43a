"""A believable year of transactions in one organisation of the stand-in Xero."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.xero.keeping.bank import delete_transfer, receive_credit, transfer
from bot.sandbox.ledgers.xero.keeping.settling import Paid, allocate, delete_payment, pay_together
from bot.sandbox.ledgers.xero.keeping.tables import DOCUMENT_KINDS
from bot.sandbox.ledgers.xero.seed.plans import Plan
from bot.sandbox.ledgers.xero.seed.scribe import LAST_DAY, RECONCILED_UNTIL, Scribe, month_start

# account | what the line says | least and most it costs, in pence
_COSTS = """
310|Materials, as per delivery note|4500|180000
425|Parcels collected|800|9000
429|Sundries|500|6000
433|Premises and liability cover, this month|6000|24000
449|Service and two tyres|9000|42000
461|Paper, toner and folders|1500|12000
473|Repair of the loading door|7000|60000
485|Membership, one month|1000|9000
489|Broadband and line rental|3500|8900
493|Rail fares|1800|16000
"""
_EVERY_MONTH = (("469", "Rent", 95_000, 1), ("463", "Accounts software", 3_300, 3))


class Year:
    """Writes the year of one set of books; every act happens at its own instant."""

    def __init__(self, books: Books, plan: Plan, dice: Random) -> None:
        self._books = books
        self._plan = plan
        self._scribe = Scribe(books, plan, dice)
        everybody = [r for r in books.rows("Contacts") if r.fields["ContactStatus"] == "ACTIVE"]
        regulars = everybody[:60]
        self._suppliers = [r for r in regulars if r.fields.get("IsSupplier")] or regulars
        self._customers = [r for r in regulars if r.fields.get("IsCustomer")] or regulars
        costs = (line.split("|") for line in _COSTS.strip().splitlines())
        self._costs = [cost for cost in costs if self._scribe.has_account(cost[0])]

    def write(self) -> None:
        if self._plan.sales_a_month:
            self._sell()
            self._buy()
            self._credit()
            self._order()
        self._bank()
        self._journal()

    def _sell(self) -> None:
        for day in self._scribe.days(self._plan.sales_a_month):
            status = self._scribe.dice.choices(("AUTHORISED", "DRAFT"), (19, 1))[0]
            typed = {
                "Type": "ACCREC",
                "Status": status,
                **self._scribe.heading(self._scribe.dice.choice(self._customers), day, terms=30),
                "Reference": f"Job {self._scribe.dice.randrange(1000, 9999)}",
                "LineItems": [
                    self._scribe.sale() for _ in range(self._scribe.dice.randrange(1, 4))
                ],
            }
            self._live(self._scribe.add("Invoices", typed, day), day)

    def _buy(self) -> None:
        for day in self._scribe.days(self._plan.sales_a_month + 1):
            code, words, low, high = self._scribe.dice.choice(self._costs)
            count = self._scribe.dice.randrange(1, 3)
            lines = [
                self._scribe.line(code, words, self._scribe.dice.randrange(int(low), int(high)))
                for _ in range(count)
            ]
            status = self._scribe.dice.choices(("AUTHORISED", "SUBMITTED", "DRAFT"), (17, 2, 1))[0]
            self._bill(self._scribe.dice.choice(self._suppliers), day, lines, status=status)
        for n, (code, words, pence, day_of_month) in enumerate(_EVERY_MONTH):
            for month in range(12):
                day = month_start(month).replace(day=day_of_month)
                line = self._scribe.line(code, f"{words}, {day:%B %Y}", pence)
                self._bill(self._suppliers[n], day, [line])
        self._pay_several()

    def _bill(
        self, supplier: Row, day: date, lines: list[Fields], *, status: str = "AUTHORISED"
    ) -> None:
        number = self._scribe.dice.randrange(10_000, 99_999)
        typed = {
            "Type": "ACCPAY",
            "Status": status,
            "InvoiceNumber": f"{supplier.fields['Name'][0]}{number}",
            **self._scribe.heading(supplier, day, terms=self._scribe.dice.choice((14, 30))),
            "LineItems": lines,
        }
        self._live(self._scribe.add("Invoices", typed, day), day)

    def _live(self, invoice: Row, day: date) -> None:
        """What becomes of an invoice: paid, paid in part, void, or waiting."""
        if invoice.fields["Status"] != "AUTHORISED":
            return
        later = day + timedelta(days=self._scribe.dice.randrange(6, 50))
        fate = self._scribe.dice.random()
        if later > LAST_DAY or fate > 0.92:
            return
        if fate > 0.89:
            void = {"Status": "VOIDED", "AmountDue": Decimal("0.00")}
            self._books.change("Invoices", invoice.id, void, at=self._scribe.at(later))
            return
        part = (invoice.fields["Total"] / 2).quantize(Decimal("0.01")) if fate > 0.8 else None
        payment = self._scribe.pay(("Invoices", invoice), later, amount=part)
        if fate < 0.02:
            again = later + timedelta(days=1)
            delete_payment(self._books, payment, at=self._scribe.at(again))
            self._scribe.pay(("Invoices", invoice), again)

    def _pay_several(self) -> None:
        """Two batches of bills that nobody has paid by the end of the summer."""
        waiting = [
            row
            for row in self._books.rows("Invoices")
            if (row.fields["Type"], row.fields["Status"]) == ("ACCPAY", "AUTHORISED")
            and row.fields["AmountDue"] == row.fields["Total"]
            and row.fields["CurrencyCode"] == self._scribe.drafting.base
        ]
        for n, batch in enumerate((waiting[:3], waiting[3:5])):
            if len(batch) > 1:
                newest = max(date.fromisoformat(row.fields["DateString"][:10]) for row in batch)
                day = min(newest + timedelta(days=20 + n), LAST_DAY)
                paid = Paid(account=self._scribe.banks[0].id, on=day, reference=f"BACS {day:%d%m}")
                several = [(row, None) for row in batch]
                pay_together(self._scribe.drafting, several, paid, at=self._scribe.at(day))

    def _credit(self) -> None:
        for n, day in enumerate(self._scribe.days(1)[:10]):
            sold = n % 3 == 0
            contact = self._scribe.dice.choice(self._customers if sold else self._suppliers)
            line = (
                self._scribe.sale()
                if sold
                else self._scribe.line("310", "Returned goods", 2_400 + n * 450)
            )
            typed = {
                "Type": "ACCRECCREDIT" if sold else "ACCPAYCREDIT",
                "CreditNoteNumber": "" if sold else f"C{self._scribe.dice.randrange(1000, 9999)}",
                **self._scribe.heading(contact, day),
                "LineItems": [line],
            }
            note = self._scribe.add("CreditNotes", typed, day)
            self._use(("CreditNotes", note), day, kept=n % 4 == 3)
        self._over_and_before()

    def _use(self, credit: tuple[str, Row], day: date, *, kept: bool) -> None:
        """Put a credit towards something still due; every fourth waits for its day."""
        sold = credit[1].fields["Type"] in {"ACCRECCREDIT", "RECEIVE-OVERPAYMENT"}
        for invoice in self._books.rows("Invoices"):
            if (
                not kept
                and invoice.fields["Type"] == ("ACCREC" if sold else "ACCPAY")
                and invoice.fields["Status"] == "AUTHORISED"
                and invoice.fields["CurrencyCode"] == credit[1].fields["CurrencyCode"]
                and invoice.fields["AmountDue"] > 0
            ):
                at = max(self._scribe.at(day), invoice.updated) + timedelta(hours=1)
                allocate(self._scribe.drafting, credit, invoice, amount=None, at=at)
                return

    def _over_and_before(self) -> None:
        bank = self._scribe.banks[0].id
        day = date(2026, 6, 9)
        over = {
            "Type": "RECEIVE-OVERPAYMENT",
            "BankAccount": bank,
            "Amount": "60.00",
            **self._scribe.heading(self._customers[1 % len(self._customers)], day),
            "Reference": "Paid twice",
        }
        row = receive_credit(self._scribe.drafting, over, self._scribe.at(day))
        self._use(("Overpayments", row), day, kept=False)
        day = date(2026, 7, 14)
        before = {
            "Type": "SPEND-PREPAYMENT",
            "BankAccount": bank,
            **self._scribe.heading(self._suppliers[-1], day),
            "Reference": "Deposit",
            "LineItems": [self._scribe.line("310", "Deposit for the autumn order", 45_000)],
        }
        receive_credit(self._scribe.drafting, before, self._scribe.at(day))

    def _order(self) -> None:
        for n, day in enumerate(self._scribe.days(1)[:8]):
            status = ("AUTHORISED", "BILLED", "DRAFT", "DELETED")[n % 4]
            typed = {
                **self._scribe.heading(self._scribe.dice.choice(self._suppliers), day),
                "Status": status,
                "DeliveryDate": day + timedelta(days=14),
                "LineItems": [
                    self._scribe.line("310", "Timber, 4.8 m lengths", 1_250, quantity=24)
                ],
            }
            self._scribe.add("PurchaseOrders", typed, day)

    def _bank(self) -> None:
        for day in self._scribe.days(3):
            came = self._scribe.dice.random() < 0.25
            code, words, low, high = self._scribe.dice.choice(self._costs)
            line = self._scribe.line(
                code, words, self._scribe.dice.randrange(int(low), int(high)) // 3 + 100
            )
            typed = {
                "Type": "RECEIVE" if came else "SPEND",
                "BankAccount": self._scribe.dice.choice(self._scribe.banks).id,
                "IsReconciled": day <= RECONCILED_UNTIL,
                **self._scribe.heading(
                    self._scribe.dice.choice(self._suppliers), day, inclusive=True
                ),
                "Reference": f"Card {self._scribe.dice.randrange(1000, 9999)}",
                "LineItems": [self._scribe.sale() if came else line],
            }
            self._scribe.add("BankTransactions", typed, day)
        self._transfer()

    def _transfer(self) -> None:
        if len(self._scribe.banks) < 2:
            return
        for n, day in enumerate(self._scribe.days(1)[:8]):
            typed = {
                "FromBankAccount": self._scribe.banks[0].id,
                "ToBankAccount": self._scribe.banks[1].id,
                "Amount": 250 + 50 * n,
                "Date": day,
                "IsReconciled": day <= RECONCILED_UNTIL,
            }
            row = transfer(self._scribe.drafting, typed, self._scribe.at(day))
            if n == 5:
                delete_transfer(self._books, row, at=self._scribe.at(day + timedelta(days=1)))

    def _journal(self) -> None:
        for month in range(12):
            day = month_start(month).replace(day=28)
            amount = Decimal(412 + 7 * month)
            typed = {
                "Narration": f"Depreciation, {day:%B %Y}",
                "Date": day,
                "Status": "DRAFT" if month == 11 else "POSTED",
                "JournalLines": [
                    {"AccountCode": "400", "LineAmount": amount, "Description": "Office equipment"},
                    {"AccountCode": "711", "LineAmount": -amount},
                ],
            }
            row = self._scribe.drafting.manual_journal(typed)
            self._books.add("ManualJournals", row, at=self._scribe.at(day))


def write_year_later(books: Books, plan: Plan, dice: Random) -> None:
    """Have all of it made when somebody first looks at any of it."""
    written = False

    def write() -> None:
        nonlocal written
        if not written:
            written = True
            Year(books, plan, dice).write()

    for kind in DOCUMENT_KINDS:
        books.write_later(kind, write)
