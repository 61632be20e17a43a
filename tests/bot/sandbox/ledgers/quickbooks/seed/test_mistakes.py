"""The clean company has no mistake; the other has those that the table names, among others."""

from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest

from bot.sandbox.ledgers import tidy
from bot.sandbox.ledgers.quickbooks.keeping.entities import TRANSACTIONS
from bot.sandbox.ledgers.quickbooks.seed import companies
from bot.sandbox.ledgers.quickbooks.seed.mistakes import CLEAN, MISTAKES, PLANTED_IN
from tests.bot.sandbox.ledgers.alike import SIMILAR, alike

DAYS = (date(2026, 11, 22), date(2027, 3, 31))


@pytest.fixture(scope="module", params=DAYS, ids=str)
def today(request):
    return request.param


@pytest.fixture(scope="module")
def directory(today):
    return companies.directory(1, today)


@pytest.fixture
def clean(directory):
    return directory.find(CLEAN)


@pytest.fixture
def planted(directory):
    books = directory.find(PLANTED_IN)
    books.finish()  # its lists are made when they are first asked for, and so are the mistakes
    return books


def rows_of(key):
    return MISTAKES[key].rows


def the(books, key):
    mistake = MISTAKES[key]
    return books.find(mistake.kind, mistake.rows[0])


def names_of(books, kind):
    return [row.fields["DisplayName"] for row in books.rows(kind)]


def details(row):
    for line in row.fields["Line"]:
        yield line, line.get(line.get("DetailType", ""), {})


def coded(books):
    """Accounts and tax codes of every vendor."""
    accounts, taxes = defaultdict(set), defaultdict(set)
    for kind in ("Bill", "Purchase"):
        for row in books.rows(kind):
            who = (row.fields.get("VendorRef") or row.fields["EntityRef"])["name"]
            for _, detail in details(row):
                if "AccountRef" in detail:
                    accounts[who].add(detail["AccountRef"]["name"])
                    taxes[who].add(detail["TaxCodeRef"]["value"])
    return [{who for who, used in each.items() if len(used) > 1} for each in (accounts, taxes)]


def used_accounts(books):
    found = set()
    for kind in TRANSACTIONS:
        for row in books.rows(kind):
            found |= {v["name"] for k, v in row.fields.items() if k.endswith("AccountRef")}
            for _, detail in details(row) if "Line" in row.fields else ():
                found |= {v["name"] for k, v in detail.items() if k.endswith("AccountRef")}
                if "ItemRef" in detail:
                    found.add("Sales")
    return found


def test_names_are_alike_only_where_that_is_planted(clean, planted):
    vendors = ("duplicate_contacts_strict", "duplicate_contacts_close")

    assert alike(names_of(clean, "Vendor"), least=SIMILAR) == set()
    assert alike(names_of(clean, "Customer"), least=SIMILAR) == set()
    assert alike(names_of(planted, "Vendor")) >= {frozenset(rows_of(key)) for key in vendors}
    assert frozenset(rows_of("duplicate_customers")) in alike(names_of(planted, "Customer"))
    (vendor,) = rows_of("alike_across_types")
    both = alike([vendor, *names_of(planted, "Customer")])
    assert any(vendor in pair for pair in both)  # and only because types were mixed
    assert not any(vendor in pair for pair in alike(names_of(planted, "Vendor")))


def test_vendors_are_coded_alike_in_the_clean_books(clean, planted):
    assert coded(clean) == [set(), set()]
    accounts, taxes = coded(planted)
    assert set(rows_of("multi_coded_account")) <= accounts
    assert set(rows_of("multi_coded_tax")) <= taxes


def test_every_account_of_the_clean_books_is_used(clean, planted):
    its_own = {"Accounts Payable", "Accounts Receivable"}
    kept = {"RetainedEarnings", "GlobalTaxSuspense", "UndepositedFunds", "GlobalTaxPayable"}
    idle = {
        row.fields["Name"]
        for row in clean.rows("Account")
        if row.fields["AccountType"] not in its_own and row.fields["AccountSubType"] not in kept
    } - used_accounts(clean)

    assert idle == set()
    assert not set(rows_of("dormant_account")) & used_accounts(planted)


def test_bills_are_there_once_in_the_clean_books(clean, planted):
    def twice(books):
        counts = Counter(
            (row.fields["VendorRef"]["value"], row.fields["TotalAmt"]) for row in books.rows("Bill")
        )
        return [key for key, count in counts.items() if count > 1]

    number, _ = rows_of("duplicate_bill")
    same = [row for row in planted.rows("Bill") if row.fields["DocNumber"] == number]
    days = [date.fromisoformat(row.fields["TxnDate"]) for row in same]

    assert twice(clean) == []
    assert len(same) == 2
    assert same[0].fields["TotalAmt"] == same[1].fields["TotalAmt"]
    assert abs(days[1] - days[0]) == timedelta(days=3)


def test_nothing_old_is_open_in_the_clean_books(clean, planted, today):
    late = (today - timedelta(days=40)).isoformat()
    still_open = [
        row
        for kind in ("Bill", "Invoice")
        for row in clean.rows(kind)
        if row.fields["Balance"] and row.fields["TxnDate"] < late
    ]

    assert still_open == []
    for key in ("old_unpaid_bill", "old_unpaid_invoice", "unused_supplier_credit"):
        assert the(planted, key).fields["Balance"] > 0
    assert the(planted, "unused_customer_credit").fields["RemainingCredit"] > 0
    assert the(planted, "overpayment").fields["UnappliedAmt"] > 0


def test_the_clean_books_leave_nothing_in_the_drawer(clean, planted):
    waiting = [row for row in clean.rows("Payment") if not row.fields["LinkedTxn"]]

    assert waiting == []
    assert the(planted, "undeposited_payment").fields["LinkedTxn"] == []


def test_books_are_closed_up_to_last_month_or_were_long_ago(clean, planted, today):
    def closed(books):
        return books.rows("Preferences")[0].fields["AccountingInfoPrefs"]["BookCloseDate"]

    late = the(planted, "entered_in_closed_period")
    assert closed(clean) == tidy.last_month_end(today).isoformat()
    assert late.fields["TxnDate"] <= closed(planted) < late.created.date().isoformat()


def test_journals_reach_the_bank_and_the_debtors(planted):
    def accounts(key):
        return {detail["AccountRef"]["name"] for _, detail in details(the(planted, key))}

    assert "Cash at bank" in accounts("journal_to_bank")
    assert "Debtors" in accounts("journal_to_debtors")
    assert "Opening Balance Equity" in accounts("opening_balance_posting")


def test_what_is_planted_is_where_the_table_says(planted):
    for mistake in MISTAKES.values():
        label = planted.table(mistake.kind).label
        there = {row.fields.get(label, row.id) for row in planted.rows(mistake.kind)}

        assert set(mistake.rows) <= there | {row.id for row in planted.rows(mistake.kind)}


def test_balances_follow_from_what_is_open(clean, planted):
    for books in (clean, planted):
        for kind, owed, credit in (
            ("Vendor", "Bill", "VendorCredit"),
            ("Customer", "Invoice", "CreditMemo"),
        ):
            sums = Counter()
            for sign, each in ((1, owed), (-1, credit)):
                for row in books.rows(each):
                    sums[row.fields[f"{kind}Ref"]["value"]] += sign * row.fields["Balance"]
            if kind == "Customer":
                for row in books.rows("Payment"):
                    sums[row.fields["CustomerRef"]["value"]] -= row.fields["UnappliedAmt"]
            assert all(row.fields["Balance"] == sums[row.id] for row in books.rows(kind))


def test_what_is_sold_names_the_account_that_its_item_sells_from(clean):
    lines = [line for row in clean.rows("Invoice") for line in row.fields["Line"]]
    sold = [line["SalesItemLineDetail"] for line in lines if "SalesItemLineDetail" in line]

    assert {each["ItemAccountRef"]["name"] for each in sold} == {"Sales"}
