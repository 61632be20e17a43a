"""What is owed to pension schemes."""

from sqlalchemy import Subquery

from commands.health.books.accounts import alike
from commands.health.books.books import Books
from commands.health.check import Example, Group, Level
from commands.health.reckoning.payroll import Payroll
from commands.health.samples import account, day, journal, line, money_out

PENSION = account("858", "Pensions Payable", account_class="LIABILITY")
POSTED = journal("j1", line("300", "482"), line("-300", "858", tax=None), date=day(6, 28))


class Pension(Payroll):
    """Pension contributions that were posted for the month and do not reconcile, or wait.

    Why: contributions held back from wages must reach the scheme by the 22nd of the next month;
    the regulator is told of employers that are late.

    Fix: post the month's payroll journal to the account, and code the payment to the scheme to it.
    """

    code = "pension"
    title = "Pension"
    group = Group.CLEANUP
    examples = (
        Example(records=(PENSION,), level=Level.NOT_CONFIGURED),
        Example(records=(PENSION, POSTED), options={"accounts": ["858"]}, level=Level.FINE),
        Example(
            records=(PENSION, POSTED),
            options={"accounts": ["858"], "near_days": 12},
            finds=("Pension, June 2026",),
            level=Level.WARNING,
        ),
        Example(
            records=(PENSION, POSTED, money_out("p", line("250", "858", tax=None), date=day(7, 2))),
            options={"accounts": ["858"]},
            finds=("Pension, June 2026",),
            level=Level.ERROR,
        ),
    )

    def suggested(self, books: Books) -> Subquery:
        return alike(books, names=("pension",), classes=("LIABILITY",))
