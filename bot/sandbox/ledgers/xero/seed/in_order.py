"""An organisation whose books are in order, with or without the mistakes that are planted."""

from datetime import date, timedelta
from random import Random

from bot.sandbox.ledgers import tidy
from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields
from bot.sandbox.ledgers.xero.keeping.tables import DOCUMENT_KINDS
from bot.sandbox.ledgers.xero.seed import planting, tidy_lists
from bot.sandbox.ledgers.xero.seed.lists import add_banks, with_id
from bot.sandbox.ledgers.xero.seed.mistakes import PLANTED_IN
from bot.sandbox.ledgers.xero.seed.plans import OPENED, Plan
from bot.sandbox.ledgers.xero.seed.tidy_year import write_tidy_year


def fill(books: Books, plan: Plan, today: date) -> None:
    """Everything but the organisation itself, its taxes, tracking, currencies and users."""
    is_planted = plan.name == PLANTED_IN
    add_banks(books, plan, Random(f"{books.key}:accounts"))
    more = planting.MORE_ACCOUNTS if is_planted else ()
    extra = [planting.SUSPENSE] if is_planted else []
    for fields in (*tidy_lists.accounts(*more), *extra):
        books.add("Accounts", with_id(books, "Accounts", fields), at=OPENED)
    if is_planted:
        planting.archive_accounts(books, today)
    books.write_later("Contacts", lambda: _contacts(books, plan, is_planted=is_planted))
    if is_planted:
        stale = _month_end_before(_month_end_before(today))
        tidy_lists.add_assets(books, today, *planting.assets(today), last_run=stale)
    else:
        tidy_lists.add_assets(books, today)
    _write_later(books, today, is_planted=is_planted)


def locks(plan: Plan, today: date) -> Fields:
    """Locked up to the last month and the last year that are over, or as one left it too long."""
    last = tidy.last_month_end(today)
    year = today.year if today > date(today.year, 3, 31) else today.year - 1
    if plan.name == PLANTED_IN:
        return {"PeriodLockDate": _month_end_before(last)}
    return {"PeriodLockDate": last, "EndOfYearLockDate": date(year, 3, 31)}


def _month_end_before(day: date) -> date:
    return day.replace(day=1) - timedelta(days=1)


def _contacts(books: Books, plan: Plan, *, is_planted: bool) -> None:
    tidy_lists.add_contacts(books, plan.contacts)
    if is_planted:
        planting.add_contacts(books)


def _write_later(books: Books, today: date, *, is_planted: bool) -> None:
    written = False

    def write() -> None:
        nonlocal written
        if written:
            return
        written = True
        pen = write_tidy_year(books, today)
        if is_planted:
            locked: date = books.profile.fields["PeriodLockDate"]
            planting.Planting(pen, today, locked).plant()

    for kind in DOCUMENT_KINDS:
        books.write_later(kind, write)
