"""What is owed to employees."""

from dataclasses import dataclass, field

from sqlalchemy import Subquery

from commands.health.books.accounts import alike
from commands.health.books.books import Books
from commands.health.check import Example, Group, Level
from commands.health.reckoning.payroll import Payroll, PayrollOptions
from commands.health.samples import account, day, journal, line, money_out

WAGES = account("814", "Wages Payable", account_class="LIABILITY", system_role="WAGEPAYABLES")
POSTED = journal("j1", line("2100", "477"), line("-2100", "814", tax=None), date=day(6, 28))


@dataclass(frozen=True, kw_only=True, slots=True)
class NetWagesOptions(PayrollOptions):
    """Wages have no due date in law; a practice may set one."""

    due_day: int = field(
        default=0, metadata={"label": "Day of the following month they are due (0 = none)"}
    )


class NetWages(Payroll):
    """Net wages that were posted for the month and do not reconcile with what was paid.

    Why: what stays in the account was paid twice, to nobody, or was coded straight to wages, so
    that the cost of staff is wrong.

    Fix: compare the payroll's journal with the payments to staff, and code those to the account.
    """

    code = "net-wages"
    title = "Net wages"
    group = Group.CLEANUP
    options = NetWagesOptions
    examples = (
        Example(records=(WAGES,), level=Level.NOT_CONFIGURED),
        Example(records=(WAGES, POSTED), options={"accounts": ["814"]}, level=Level.FINE),
        Example(
            records=(WAGES, POSTED, money_out("p", line("2100", "814", tax=None), date=day(6, 30))),
            options={"accounts": ["814"]},
            level=Level.FINE,
        ),
        Example(
            records=(WAGES, POSTED, money_out("p", line("2000", "814", tax=None), date=day(6, 30))),
            options={"accounts": ["814"]},
            finds=("Net wages, June 2026",),
            level=Level.ERROR,
        ),
        Example(
            records=(
                account("", "Payroll clearing", source="Account", remote_id="77"),
                journal("j", line("-5", None, account_id="77", tax=None), date=day(5, 28)),
            ),
            provider="quickbooks",
            options={"accounts": ["Payroll clearing"]},
            finds=("Net wages, June 2026",),
            level=Level.ERROR,
        ),
    )

    def suggested(self, books: Books) -> Subquery:
        return alike(
            books,
            names=("wages payable", "net wages", "net pay", "wages control", "payroll clearing"),
            reports=("PayrollClearing",),
            classes=("LIABILITY",),
        )
