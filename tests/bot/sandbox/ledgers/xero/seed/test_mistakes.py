"""The clean organisation has no mistake, and the other exactly those that the table names."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from bot.sandbox.ledgers import tidy
from bot.sandbox.ledgers.xero.keeping.documents import civil
from bot.sandbox.ledgers.xero.keeping.tables import DOCUMENT_KINDS
from bot.sandbox.ledgers.xero.reading.journals import accounts_moved
from bot.sandbox.ledgers.xero.seed import organisations
from bot.sandbox.ledgers.xero.seed.mistakes import CLEAN, MISTAKES, PLANTED_IN
from tests.bot.sandbox.ledgers.alike import SIMILAR, alike

DAYS = (date(2026, 11, 22), date(2027, 1, 1), date(2027, 3, 31), date(2028, 2, 29))


@pytest.fixture(scope="module", params=DAYS, ids=str)
def today(request):
    return request.param


@pytest.fixture(scope="module")
def directory(today):
    return organisations.directory(1, today)


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


def live(books, kind):
    return [r for r in books.rows(kind) if r.fields["Status"] not in {"VOIDED", "DELETED"}]


def names_of(books):
    return [row.fields["Name"] for row in books.rows("Contacts")]


def lines(books):
    """Contact, direction, account, tax and day of every line that is to do with a contact."""
    for kind in ("Invoices", "BankTransactions"):
        for row in live(books, kind):
            out = row.fields["Type"] in {"ACCPAY", "SPEND"}
            if row.fields["Type"] in {"ACCPAY", "ACCREC", "SPEND", "RECEIVE"}:
                for line in row.fields["LineItems"]:
                    who, on = row.fields["Contact"]["Name"], civil(row.fields["Date"])
                    yield who, out, line["AccountCode"], line["TaxType"], on


def coded(books, column):
    codes = defaultdict(set)
    for each in lines(books):
        codes[each[0], each[1]].add(each[column])
    return {who for (who, _), used in codes.items() if len(used) > 1}


def duplicates(books, kinds):
    """Groups of the same contact, direction and amount within five days, by number."""
    groups = defaultdict(list)
    for kind in kinds:
        label = books.table(kind).label
        for row in live(books, kind):
            out = row.fields["Type"] in {"ACCPAY", "SPEND"}
            key = (row.fields["Contact"]["Name"], out, row.fields["Total"])
            groups[key].append((civil(row.fields["Date"]), row.fields[label]))
    found = set()
    for rows in groups.values():
        ordered = sorted(rows)
        for (first, one), (second, other) in pairwise(ordered):
            if second - first <= timedelta(days=5):
                found |= {one, other}
    return found


def test_names_are_alike_only_where_that_is_planted(clean, planted):
    pairs = ("duplicate_contacts_strict", "duplicate_contacts_close", "duplicate_contacts_similar")
    close, similar = [frozenset(rows_of(key)) for key in pairs[:2]], frozenset(rows_of(pairs[2]))

    assert alike(names_of(clean), least=SIMILAR) == set()
    assert alike(names_of(planted)) == set(close)
    assert similar in alike(names_of(planted), least=SIMILAR)


def test_nobody_but_the_planted_two_shares_a_tax_number_or_an_address(clean, planted):
    for books, expected in ((clean, ()), (planted, rows_of("same_tax_number"))):
        numbers = defaultdict(set)
        for row in books.rows("Contacts"):
            for name in ("TaxNumber", "EmailAddress"):
                numbers[row.fields[name]].add(row.fields["Name"])
        numbers.pop("", None)

        assert [each for each in numbers.values() if len(each) > 1] == [set(expected)] * bool(
            expected
        )


def test_contacts_are_coded_alike_but_for_two(clean, planted):
    assert coded(clean, 2) == coded(clean, 3) == set()
    assert coded(planted, 2) == set(rows_of("multi_coded_account"))
    assert coded(planted, 3) == set(rows_of("multi_coded_tax"))


def test_whoever_is_always_coded_alike_has_that_as_a_default_but_for_one(clean, planted):
    for books, expected in ((clean, set()), (planted, set(rows_of("contact_without_default")))):
        contacts = {row.fields["Name"]: row.fields for row in books.rows("Contacts")}
        times = Counter((who, out) for who, out, *_ in lines(books))
        without = {
            who
            for (who, out), count in times.items()
            if count >= 3
            and not contacts[who].get(
                "PurchasesDefaultAccountCode" if out else "SalesDefaultAccountCode"
            )
        }
        assert without == expected


def test_accounts_are_used_but_for_the_dormant_ones(clean, planted, today):
    long_ago = today - timedelta(days=760)
    for books, expected in ((clean, set()), (planted, set(rows_of("dormant_account")))):
        used = {account for account, _, on in accounts_moved(books) if on >= long_ago}
        idle = {
            row.fields["Name"]
            for row in books.rows("Accounts")
            if row.id not in used
            and not row.fields.get("SystemAccount")
            and row.fields["Type"] != "BANK"
        }
        assert idle == expected


def test_an_archived_account_was_posted_to(planted):
    (name,) = rows_of("archived_account_in_use")
    row = planted.find("Accounts", name)

    assert row.fields["Status"] == "ARCHIVED"
    assert row.id in {account for account, _, _ in accounts_moved(planted)}


def test_who_reads_nothing_but_accounts_sees_what_is_archived(today):
    books = organisations.directory(1, today).find(PLANTED_IN)
    (name,) = rows_of("archived_account_in_use")

    assert {
        r.fields["Name"] for r in books.rows("Accounts") if r.fields["Status"] == "ARCHIVED"
    } == {name}


def test_bills_are_there_once_but_for_the_planted_ones(clean, planted):
    both = ("Invoices", "BankTransactions")

    assert duplicates(clean, both) == set()
    assert duplicates(planted, ("Invoices",)) == set(rows_of("duplicate_bill"))
    assert set(rows_of("paid_at_bank_besides_bill")) <= duplicates(planted, both)


def test_everything_is_reconciled_but_for_two(clean, planted):
    def open_ones(books):
        return {
            row.fields["Reference"]
            for kind in ("BankTransactions", "Payments")
            for row in live(books, kind)
            if not row.fields["IsReconciled"]
        }

    assert open_ones(clean) == set()
    assert open_ones(planted) == {
        *rows_of("unreconciled_payment"),
        *rows_of("unreconciled_receipt"),
    }


def test_nothing_old_is_unpaid_but_for_what_is_planted(clean, planted, today):
    def old(books):
        return {
            row.fields["InvoiceNumber"]
            for row in live(books, "Invoices")
            if row.fields["Status"] == "AUTHORISED"
            and civil(row.fields["Date"]) < today - timedelta(days=60)
        }

    assert old(clean) == set()
    assert old(planted) == {*rows_of("old_unpaid_bill"), *rows_of("old_unpaid_invoice")}


def test_drafts_credits_and_the_locked_period_are_as_planted(clean, planted, today):
    statuses = {r.fields["InvoiceNumber"]: r.fields["Status"] for r in planted.rows("Invoices")}
    (late,) = rows_of("entered_in_locked_period")
    row, locked = planted.find("Invoices", late), planted.profile.fields["PeriodLockDate"]

    assert {r.fields["Status"] for r in clean.rows("Invoices")} == {"AUTHORISED", "PAID"}
    assert statuses[rows_of("old_draft_invoice")[0]] == "DRAFT"
    assert statuses[rows_of("old_submitted_bill")[0]] == "SUBMITTED"
    assert civil(row.fields["Date"]) <= locked < row.created.date() <= today
    for key, kind in (("overpayment", "Overpayments"), ("old_prepayment", "Prepayments")):
        assert planted.find(kind, rows_of(key)[0]).fields["RemainingCredit"] > 0
    assert planted.find("CreditNotes", rows_of("unused_supplier_credit")[0])
    assert clean.profile.fields["PeriodLockDate"] == tidy.last_month_end(today)


def balances(books, until):
    found = defaultdict(Decimal)
    for account, amount, on in accounts_moved(books):
        if on <= until:
            found[books.find("Accounts", account).fields["Name"]] += amount
    return found


def test_balances_are_as_they_should_be_but_for_the_planted_ones(clean, planted, today):
    until = tidy.last_month_end(today)
    well, ill = balances(clean, until), balances(planted, until)
    wages = [r for r in live(clean, "ManualJournals") if r.fields["Narration"].startswith("Wages")]
    latest = max((r for r in wages if civil(r.fields["Date"]) <= until), key=lambda r: r.created)
    owed = -next(
        x["LineAmount"] for x in latest.fields["JournalLines"] if x["AccountCode"] == "825"
    )

    assert well["PAYE Payable"] == -owed
    assert well["Wages Payable"] == 0
    assert well["Business Current Account"] > 10_000
    assert ill[rows_of("overdrawn_bank")[0]] < 0
    assert ill[rows_of("overdrawn_directors_loan")[0]] > 10_000
    assert ill["PAYE Payable"] != well["PAYE Payable"]
    assert ill["Suspense"] > 0


def test_the_register_of_assets_agrees_with_the_clean_books_alone(clean, planted, today):
    until = tidy.last_month_end(today)
    for books, agrees in ((clean, True), (planted, False)):
        held = balances(books, until)
        assets = [
            row.fields for row in books.rows("Assets") if row.fields["assetStatus"] == "Registered"
        ]
        price = sum(each["purchasePrice"] for each in assets)
        book_value = sum(each["accountingBookValue"] for each in assets)
        run = books.rows("AssetSettings")[0].fields["lastDepreciationDate"]

        assert (held["Office Equipment"] == price) is agrees
        assert (run == f"{until:%Y-%m-%dT00:00:00}") is agrees
        if agrees:
            written_off = held["Less Accumulated Depreciation on Office Equipment"]
            assert -written_off == price - book_value
    assert planted.find("Assets", rows_of("draft_asset")[0]).fields["assetStatus"] == "Draft"
    assert planted.find("Assets", rows_of("asset_not_in_ledger")[0])
    mapped = {row.fields["fixedAssetAccountId"] for row in planted.rows("AssetTypes")}
    assert planted.find("Accounts", rows_of("unmapped_asset_account")[0]).id not in mapped


def test_tax_returns_are_paid_to_the_penny_of_the_clean_books(clean, today):
    paid = [
        row.fields
        for row in live(clean, "BankTransactions")
        if row.fields["Contact"]["Name"] == "Value Added Tax Office"
    ]
    taxes = defaultdict(Decimal)
    for row in live(clean, "Invoices"):
        on = civil(row.fields["Date"])
        sign = 1 if row.fields["Type"] == "ACCREC" else -1
        taxes[on.year, (on.month - 1) // 3] += sign * row.fields["TotalTax"]
    due = sorted(taxes.items())[: len(paid)]

    assert len(paid) >= 3
    assert [row["Total"] for row in paid] == [amount for _, amount in due]


def test_what_is_planted_is_where_the_table_says(planted):
    for mistake in MISTAKES.values():
        if mistake.kind in {"Organisation", "AssetSettings"}:
            continue
        label = planted.table(mistake.kind).label
        there = {row.fields[label] for row in planted.rows(mistake.kind)}

        assert set(mistake.rows) <= there, mistake.key


def test_nothing_is_dated_or_entered_after_today(clean, planted, today):
    for books in (clean, planted):
        for kind in DOCUMENT_KINDS:
            for row in books.rows(kind):
                assert civil(row.fields["Date"]) <= today
                assert row.created.date() <= row.updated.date() <= today
