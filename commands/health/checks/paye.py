"""What is owed to the tax office for employees."""

from sqlalchemy import Subquery

from commands.health.books.accounts import alike
from commands.health.books.books import Books
from commands.health.check import Example, Group, Level
from commands.health.reckoning.payroll import Payroll
from commands.health.samples import account, day, journal, line, money_out

REPORT = "LIA.CUR.TAX.OTH"
PAYE = account(
    "825", "PAYE Payable", account_class="LIABILITY", account_type="CURRLIAB", report_code=REPORT
)
POSTED = journal(
    "j1", line("900", "477"), line("-900", "825", tax=None), date=day(6, 28)
)  # fmt: skip
EARLIER = (
    journal("j0", line("-850", "825", tax=None), line("850", "477"), date=day(5, 28)),
    money_out("p0", line("850", "825", tax=None), date=day(6, 22)),
)
PAID = money_out("p1", line("900", "825", tax=None), date=day(7, 9))


class Paye(Payroll):
    """PAYE and National Insurance that were posted for the month and do not reconcile, or wait.

    Why: the tax office charges interest and penalties on what is late, and a balance that does not
    agree with the payroll hides a missing journal or a payment coded elsewhere.

    Fix: post the month's payroll journal to the account, and code the payment to HMRC to it.
    Journals that Xero Payroll posts by itself are not told by its API, nor are opening balances.
    """

    code = "paye"
    title = "PAYE"
    group = Group.CLEANUP
    weight = 10
    report = REPORT
    examples = (
        Example(records=(PAYE,), level=Level.NOT_CONFIGURED),
        Example(records=(), options={"accounts": ["825"]}, level=Level.NOT_CONFIGURED),
        Example(  # Xero's own account counts once it is used, without being chosen
            records=(PAYE, EARLIER[0], POSTED), finds=("PAYE, June 2026",), level=Level.ERROR
        ),
        Example(  # due in twelve days
            records=(PAYE, *EARLIER, POSTED), options={"accounts": ["825"]}, level=Level.FINE
        ),
        Example(  # due in five days
            records=(PAYE, *EARLIER, POSTED),
            options={"accounts": ["825"], "due_day": 15},
            finds=("PAYE, June 2026",),
            level=Level.WARNING,
        ),
        Example(
            records=(PAYE, *EARLIER, POSTED, PAID), options={"accounts": ["825"]}, level=Level.FINE
        ),
        Example(
            records=(PAYE, *EARLIER, POSTED),
            options={"accounts": ["825"], "due_day": 9},
            finds=("PAYE, June 2026",),
            level=Level.ERROR,
        ),
        Example(
            records=(PAYE, *EARLIER),
            options={"accounts": ["PAYE Payable"]},
            finds=("PAYE, June 2026",),
            level=Level.ERROR,
        ),
        Example(  # May was never paid
            records=(PAYE, EARLIER[0], POSTED),
            options={"accounts": ["825"]},
            finds=("PAYE, June 2026",),
            level=Level.ERROR,
        ),
        Example(
            records=(
                account("2300", "PAYE and NIC", source="Account", account_class="LIABILITY"),
                journal("j", line("-900", None, account_id="id-2300", tax=None), date=day(6, 28)),
            ),
            provider="quickbooks",
            options={"accounts": ["2300"]},
            level=Level.FINE,
        ),
    )

    def suggested(self, books: Books) -> Subquery:
        return alike(
            books,
            names=("paye", "nic payable", "national insurance"),
            reports=(REPORT, "PayrollTaxPayable"),
            classes=("LIABILITY",),
        )
