"""What customers owe, and for how long."""

from decimal import Decimal

from commands.health.books.aged import RECEIVABLE, Aged
from commands.health.check import Example, Level
from commands.health.samples import contact, day, document, invoice, line, payment
from providers.books import Allocation, DocumentKind, DocumentStatus, PaymentKind

LATE = invoice("i", number="INV-1", date=day(3, 1), due_date=day(3, 31))
PAID = {"status": DocumentStatus.PAID, "due": Decimal()}


class AgedReceivables(Aged):
    """Sales invoices that were due long ago at the reporting date, the largest first.

    Why: the older a debt, the less of it is ever paid; VAT on a bad debt can be claimed back after
    six months.

    Fix: chase it, agree a plan, or write it off. If it was paid, find the payment: it may be coded
    straight to income.
    """

    code = "aged-receivables"
    title = "Aged receivables"
    kinds = RECEIVABLE
    examples = (
        Example(
            records=(contact("c1", "Slow Ltd"), LATE, invoice("j", due_date=day(7, 1))),
            finds=("Slow Ltd",),
            level=Level.ERROR,
        ),
        Example(
            records=(LATE, invoice("j", line("900", "200"), due_date=day(7, 1))),
            finds=("No contact",),
            level=Level.WARNING,
        ),
        Example(  # sixty days overdue
            records=(invoice("i", date=day(4, 1), due_date=day(5, 1)),), level=Level.FINE
        ),
        Example(records=(LATE,), options={"older_than_months": 4}, level=Level.FINE),
        Example(  # paid, but not yet on 30 June
            records=(
                contact("c1", "Slow Ltd"),
                invoice("i", date=day(3, 1), due_date=day(3, 31), **PAID),
                payment("p", "120", "i", date=day(7, 1), kind=PaymentKind.RECEIPT),
            ),
            finds=("Slow Ltd",),
        ),
        Example(
            records=(
                invoice("i", date=day(3, 1), due_date=day(3, 31), **PAID),
                payment("p", "120", "i", date=day(6, 30), kind=PaymentKind.RECEIPT),
            ),
            level=Level.FINE,
        ),
        Example(  # credited in July
            records=(
                contact("c1", "Slow Ltd"),
                invoice("i", date=day(3, 1), due_date=day(3, 31), **PAID),
                document(
                    DocumentKind.INVOICE_CREDIT,
                    "n",
                    source="CreditNotes",
                    date=day(7, 2),
                    status=DocumentStatus.PAID,
                    due=Decimal(),
                    allocations=(
                        Allocation(
                            target_source="Invoices",
                            target_id="i",
                            amount=Decimal(120),
                            date=day(7, 2),
                        ),
                    ),
                ),
            ),
            finds=("Slow Ltd",),
        ),
        Example(
            records=(contact("c1", "Slow Ltd"), invoice("i", source="Invoice", date=day(2, 1))),
            finds=("Slow Ltd",),
            provider="quickbooks",
        ),
    )

    def advice(self) -> str:
        return "Chase it, agree a plan with the customer, or write it off."
