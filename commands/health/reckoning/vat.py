"""The periods that VAT is returned for, as the ledger and people tell them."""

from collections.abc import Iterator

from commands.health.books.books import Books
from commands.health.books.periods import Period, complete_month, month_begin, month_end

MONTHS = {"monthly": 1, "every two months": 2, "quarterly": 3, "every six months": 6, "yearly": 12}


def length(books: Books) -> int:
    """Months of a period: as Xero tells with the scheme, else a quarter."""
    told = str(books.details.get("vat_scheme") or "")
    return next((number for word, number in MONTHS.items() if told.endswith(word)), 3)


def periods_back(books: Books, starting_month: int, number: int) -> list[Period]:
    """The latest that are over, newest first. They start in this month of the year, or where that
    is 0 with the financial year."""
    return list(_back(books, starting_month, number))


def _back(books: Books, starting_month: int, number: int) -> Iterator[Period]:
    months, start = length(books), starting_month or books.year_begin.month
    end = complete_month(books.today)
    while (end.month + 1 - start) % months:
        end = month_end(end, -1)
    for back in range(number):
        last = month_end(end, -back * months)
        yield Period(begin=month_begin(last, 1 - months), end=last)
