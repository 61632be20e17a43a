"""What is owed to suppliers, and for how long."""

from commands.health.books.aged import PAYABLE, Aged
from commands.health.check import Example, Level
from commands.health.samples import bill, contact, day, document, line
from providers.books import DocumentKind


class AgedPayables(Aged):
    """Bills that were due long ago at the reporting date, the largest first.

    Why: an old unpaid bill is either a supplier who waits or, as often, a bill whose payment was
    coded straight to cost, so that the cost is there twice.

    Fix: see whether the bank paid it already and match the two, or pay it, or void a bill that was
    never owed.
    """

    code = "aged-payables"
    title = "Aged payables"
    kinds = PAYABLE
    examples = (
        Example(
            records=(
                contact("c1", "Patient Supplies"),
                bill("b", date=day(3, 1), due_date=day(3, 31)),
                bill("now", line("5000"), date=day(6, 20), due_date=day(7, 20)),
            ),
            finds=("Patient Supplies",),
            level=Level.WARNING,
        ),
        Example(
            records=(
                bill("b", date=day(6, 1), due_date=day(6, 30)),
                document(DocumentKind.BILL_CREDIT, "n", source="CreditNotes", date=day(1, 1)),
            ),
            level=Level.FINE,
        ),
        Example(
            records=(contact("c1", "Flour Mill"), bill("b", source="Bill", date=day(2, 1))),
            finds=("Flour Mill",),
            level=Level.ERROR,
            provider="quickbooks",
        ),
    )

    def advice(self) -> str:
        return "See whether the bank paid it already; else pay it, or void it if it is not owed."
