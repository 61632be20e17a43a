"""Whether a seeded company's books agree with themselves."""

from collections import Counter, defaultdict
from decimal import Decimal

import pytest

from bot.sandbox.ledgers.quickbooks.keeping.entities import TRANSACTIONS
from bot.sandbox.ledgers.quickbooks.keeping.settling import unapplied
from bot.sandbox.ledgers.quickbooks.seed.companies import directory
from bot.sandbox.ledgers.quickbooks.seed.mistakes import CLEAN
from bot.sandbox.ledgers.quickbooks.seed.plans import PLANS

CENT = Decimal("0.01")
WITH_LINES = (
    "Invoice",
    "Bill",
    "CreditMemo",
    "VendorCredit",
    "Purchase",
    "SalesReceipt",
    "RefundReceipt",
    "PurchaseOrder",
    "Estimate",
)


def transactions(books):
    return [(kind, row) for kind in TRANSACTIONS for row in books.rows(kind)]


@pytest.fixture(scope="module")
def companies():
    return {books.name: books for books in directory(1).books.values()}


@pytest.fixture(params=[plan.name for plan in PLANS])
def books(companies, request):
    return companies[request.param]


def test_every_company_has_a_year_of_business(books):
    counts = Counter(kind for kind, _ in transactions(books))
    months = {row.fields["TxnDate"][:7] for _, row in transactions(books)}

    assert 200 <= counts.total() <= 1_500
    assert len(months) >= 12
    assert {"Invoice", "Payment", "Purchase", "Deposit", "JournalEntry"} <= counts.keys()


def test_simple_start_knows_no_bills_and_only_large_plans_know_orders(companies):
    def has(company, kind):
        return bool(companies[company].rows(kind))

    assert not has("Fox Cycles", "Bill")
    assert has("Dunmore Joinery", "Bill")
    assert not has("Dunmore Joinery", "PurchaseOrder")
    assert has("Bright Bakery", "PurchaseOrder")


def test_one_count_numbers_all_transactions(books):
    ids = [row.id for _, row in transactions(books)]
    gone = [removal.id for kind in TRANSACTIONS for removal in books.removed[kind.casefold()]]

    assert len(set(ids + gone)) == len(ids) + len(gone)


def test_something_was_deleted_and_left_its_id_behind(companies):
    assert companies["Bright Bakery"].rows("Purchase")
    assert companies["Bright Bakery"].removed["purchase"]


def test_the_lines_the_discount_and_the_tax_make_the_total(books):
    for kind in WITH_LINES:
        for row in books.rows(kind):
            by_type = defaultdict(Decimal)
            for line in row.fields["Line"]:
                by_type[line["DetailType"]] += line["Amount"]
            discount = by_type.pop("DiscountLineDetail", Decimal(0))
            subtotal = by_type.pop("SubTotalLineDetail", None)
            net = sum(by_type.values())
            tax = row.fields["TxnTaxDetail"]

            assert row.fields["TotalAmt"] == net - discount + tax["TotalTax"], (kind, row.id)
            assert subtotal in (None, net)
            assert tax["TotalTax"] == sum(line["Amount"] for line in tax.get("TaxLine", []))


def test_tax_lines_follow_from_their_rates(companies):
    taxed = 0
    for row in companies["Bright Bakery"].rows("Invoice"):
        for line in row.fields["TxnTaxDetail"].get("TaxLine", []):
            detail = line["TaxLineDetail"]
            exact = detail["NetAmountTaxable"] * detail["TaxPercent"] / 100
            taxed += bool(line["Amount"])
            # a tax inclusive document rounds each line, so its tax may be a cent or two off
            assert abs(line["Amount"] - exact) <= CENT * 2
    assert taxed > 50


def test_inclusive_lines_say_what_was_typed(companies):
    inclusive = [
        row
        for row in companies["Bright Bakery"].rows("Bill")
        if row.fields["GlobalTaxCalculation"] == "TaxInclusive"
    ]

    assert inclusive
    for row in inclusive:
        typed = sum(
            line["AccountBasedExpenseLineDetail"]["TaxInclusiveAmt"] for line in row.fields["Line"]
        )
        assert typed == row.fields["TotalAmt"]


def test_links_go_both_ways(books):
    rows = {row.id: (kind, row) for kind, row in transactions(books)}

    def linked(row):
        above = row.fields.get("LinkedTxn", [])
        below = [each for line in row.fields.get("Line", []) for each in line.get("LinkedTxn", [])]
        return {each["TxnId"] for each in (*above, *below)}

    links = {(row.id, other) for _, row in transactions(books) for other in linked(row)}
    assert links
    for one, other in links:
        assert other in rows, f"{one} speaks of {other}, which is gone"
        assert (other, one) in links


def test_what_is_open_is_what_was_not_paid(books):
    paid = defaultdict(Decimal)
    for kind in ("Payment", "BillPayment"):
        for row in books.rows(kind):
            for line in row.fields["Line"]:
                (target,) = line["LinkedTxn"]
                paid[target["TxnType"], target["TxnId"]] += line["Amount"]
    for kind in ("Invoice", "Bill", "CreditMemo", "VendorCredit"):
        for row in books.rows(kind):
            expected = row.fields["TotalAmt"] - paid[kind, row.id]
            assert row.fields["Balance"] == expected, (kind, row.id)
            assert row.fields.get("RemainingCredit", expected) == expected


@pytest.mark.parametrize(
    ("party", "owed", "credit", "settling"),
    [
        ("Customer", "Invoice", "CreditMemo", "Payment"),
        ("Vendor", "Bill", "VendorCredit", "BillPayment"),
    ],
)
def test_a_balance_is_the_sum_of_what_is_open(books, party, owed, credit, settling):
    sums = defaultdict(Decimal)
    for kind in (owed, credit, settling):
        for row in books.rows(kind):
            key = row.fields[f"{party}Ref"]["value"]
            match kind:
                case "Invoice" | "Bill":
                    sums[key] += row.fields["Balance"]
                case "CreditMemo" | "VendorCredit":
                    sums[key] -= row.fields["Balance"]
                case _:
                    sums[key] -= unapplied(kind, row.fields)

    for row in books.rows(party):
        assert Decimal(row.fields["Balance"]) == sums[row.id], row.fields["DisplayName"]


def test_payments_come_to_what_they_settle(books):
    for kind in ("Payment", "BillPayment"):
        for row in books.rows(kind):
            assert unapplied(kind, row.fields) == row.fields.get("UnappliedAmt", 0)


def test_debits_are_credits(books):
    for row in books.rows("JournalEntry"):
        sides = defaultdict(Decimal)
        for line in row.fields["Line"]:
            sides[line["JournalEntryLineDetail"]["PostingType"]] += line["Amount"]
        assert sides["Debit"] == sides["Credit"] == row.fields["TotalAmt"]


def test_a_void_invoice_keeps_its_number_and_nothing_else(books):
    void = [row for row in books.rows("Invoice") if row.fields.get("PrivateNote") == "Voided"]

    assert bool(void) == (books.name != CLEAN)
    for row in void:
        assert row.fields["DocNumber"]
        assert row.fields["LinkedTxn"] == []
        amounts = [row.fields[name] for name in ("TotalAmt", "Balance")]
        amounts += [line["Amount"] for line in row.fields["Line"]]
        assert set(amounts) == {0}


def test_only_who_has_several_currencies_uses_them(companies):
    def used(company):
        return {row.fields["CurrencyRef"]["value"] for _, row in transactions(companies[company])}

    assert used("Bright Bakery") == {"GBP", "EUR", "USD"}
    assert used("Dunmore Joinery") == {"GBP"}
    assert used("Kestrel Logistics") == {"USD"}
    foreign = [
        row.fields
        for row in companies["Bright Bakery"].rows("Invoice")
        if row.fields["CurrencyRef"]["value"] == "EUR"
    ]
    assert foreign
    for fields in foreign:
        home = (fields["TotalAmt"] * fields["ExchangeRate"]).quantize(CENT)
        assert abs(fields["HomeTotalAmt"] - home) <= CENT


def test_nothing_is_touched_before_it_is_made(books):
    assert all(row.created <= row.updated for _, row in transactions(books))


def test_lists_edited_before_anybody_looked_do_not_upset_the_year(ledgers, clock):
    bakery = ledgers.organisation("Bright Bakery")
    bakery.rename("Account", "Rent", "Rent of shop", at=clock())
    bakery.archive("Class", "Shop", at=clock())
    bakery.remove("Item", bakery.rows("Item")[0].id, at=clock())

    assert len(bakery.rows("Bill")) > 50


def test_the_year_is_the_same_every_time():
    def contents(seed):
        return [
            (books.name, kind, row.id, row.updated, row.fields)
            for books in directory(seed).books.values()
            for kind, row in transactions(books)
        ]

    assert contents(1) == contents(1)
    assert contents(1) != contents(2)
