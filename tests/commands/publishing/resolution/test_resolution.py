"""Which of those who have a word about a field has it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.publishing.choices import Choices
from commands.publishing.coding import Coded, Source
from commands.publishing.facts import ItemKind, Side
from commands.publishing.resolution.layers import is_stronger
from commands.publishing.resolution.matching import BankLine, Matched
from commands.publishing.resolution.resolution import resolve
from providers.drafts import Destination, PublishAs
from providers.records import Contact
from storage.models import RuleKind
from tests.builders import NOW
from tests.commands.publishing.coded import (
    DAY,
    by_hand,
    coded,
    facts,
    line,
    method,
    quickbooks,
    rule,
    xero,
)

LINE = BankLine(
    id="l1", bank_account="bank", day=DAY + timedelta(3), amount=Decimal("-120"), currency="GBP"
)
MATCHING = Choices(bank_match=True)


def said(coding, name: Coded) -> tuple[str, Source] | None:
    found = coding.of(name)
    return (found.value, found.source) if found else None


def test_by_hand_beats_a_supplier_rule_which_beats_the_default_tax() -> None:
    choices = Choices(cost_tax="INPUT2")
    zero = rule(coding={"tax_rate": "ZERO"})

    assert said(coded(choices=choices), Coded.TAX_RATE) == ("INPUT2", Source.DEFAULT)
    assert said(coded(choices=choices, rules=[zero]), Coded.TAX_RATE) == (
        "ZERO", Source.SUPPLIER_RULE
    )  # fmt: skip
    by_ben = coded(choices=choices, rules=[zero], manual=by_hand(tax_rate="RRINPUT"))
    assert said(by_ben, Coded.TAX_RATE) == ("RRINPUT", Source.MANUAL)
    assert by_ben.of(Coded.TAX_RATE).by == "U02BEN"


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("480", "480"), ("postage", "480"), ("480 – Postage", "480"), ("  POSTAGE ", "480"),
        ("Post", None), ("Old", None), ("090", None), ("Cheque account", None), ("", None),
    ],
)  # fmt: skip
def test_a_category_that_the_document_names_is_the_account_of_that_code_or_name(
    text: str, account: str | None
) -> None:
    read = coded(facts(category=text)).of(Coded.ACCOUNT)
    ruled = coded(facts(category=text), rules=[rule(coding={"account": "461"})])

    assert (read.value if read else None) == account
    assert read is None or read.source is Source.READ
    assert said(ruled, Coded.ACCOUNT) == ("461", Source.SUPPLIER_RULE)


def test_a_line_has_the_account_that_the_document_names_for_it_unless_somebody_coded_it() -> None:
    lines = (
        line("60", category="Postage"), line("30", category="Postage", manual={"account": "461"}),
        line("30"),
    )  # fmt: skip
    open_, ruled = (
        coded(facts(lines=lines, category="461"), rules=rules)
        for rules in ([], [rule(coding={"account": "200"})])
    )

    assert [open_.get(Coded.ACCOUNT, n) for n in range(3)] == ["480", "461", "461"]
    assert [ruled.get(Coded.ACCOUNT, n) for n in range(3)] == ["200", "461", "200"]


RATES = st.sampled_from([None, "INPUT2", "RRINPUT", "ZERO"])


@given(default=RATES, ruled=RATES, manual=RATES, on_line=RATES, side=st.sampled_from(Side))
def test_the_default_tax_never_overwrites_a_rule_or_a_person(
    default: str | None, ruled: str | None, manual: str | None, on_line: str | None, side: Side
) -> None:
    kind = RuleKind.CUSTOMER if side is Side.SALE else RuleKind.SUPPLIER
    rules = [rule(kind=kind, coding={"tax_rate": ruled, "account": "429"})]
    lines = (line("120.00", manual={"tax_rate": on_line} if on_line else {}),)
    coding = coded(
        facts(side=side, lines=lines),
        choices=Choices(cost_tax=default, sales_tax=default),
        rules=rules,
        manual=by_hand(tax_rate=manual) if manual else {},
    )

    wanted = next(filter(None, (manual, ruled, default, "INPUT2")))
    assert coding.get(Coded.TAX_RATE) == wanted
    assert coding.get(Coded.TAX_RATE, 0) == (on_line or wanted)


LAYERS = ("manual", "match", "method", "rule", "user", "read")


@given(present=st.sets(st.sampled_from(LAYERS)))
def test_the_first_of_the_order_that_has_a_word_has_it(present: set[str]) -> None:
    cards = [method(id=each, name=each, last4=each, bank_account="card") for each in LAYERS]
    cards.append(method(id="m-match", bank_account="bank", last4=None))
    rules = []
    if "rule" in present:
        rules.append(rule(coding={"payment_method": "rule", "publish_to": "purchases"}))
    if "user" in present:
        rules.append(rule("U02BEN", id="r2", kind=RuleKind.USER, coding={"payment_method": "user"}))
    coding = coded(
        facts(last4="read" if "read" in present else None),
        manual=by_hand(payment_method="manual") if "manual" in present else {},
        rules=rules,
        methods=cards,
        choices=MATCHING,
        match=Matched(line=LINE) if "match" in present else None,
    )

    names = {"manual": "manual", "match": "m-match", "rule": "rule", "user": "user", "read": "read"}
    wanted = next((names[each] for each in LAYERS if each in present and each in names), None)
    assert coding.get(Coded.PAYMENT_METHOD) == wanted


def test_the_order_is_that_of_the_specification() -> None:
    assert is_stronger(Source.METHOD_RULE, Source.SUPPLIER_RULE)
    assert is_stronger(Source.SUPPLIER_RULE, Source.USER_RULE)
    assert is_stronger(Source.USER_RULE, Source.CONTACT)
    assert is_stronger(Source.CONTACT, Source.DEFAULT)
    assert is_stronger(Source.DEFAULT, Source.ACCOUNT)


def test_a_payment_methods_destination_beats_that_of_the_supplier_rule() -> None:
    coding = coded(
        facts(last4="4242"),
        methods=[method(publish_to="bank accounts")],
        rules=[rule(coding={"publish_to": "purchases"})],
    )

    assert said(coding, Coded.PUBLISH_TO) == ("bank accounts", Source.METHOD_RULE)
    assert coding.of(Coded.PUBLISH_TO).by == "Company card"
    assert coding.get(Coded.BANK_ACCOUNT) == "bank"


def test_nothing_said_by_hand_is_nothing() -> None:
    coding = coded(manual=by_hand(tax_rate=None), choices=Choices(cost_tax="INPUT2"))

    assert coding.get(Coded.TAX_RATE) is None
    assert coding.of(Coded.TAX_RATE).source is Source.MANUAL


def test_a_line_has_its_own_word_and_the_account_of_a_line_its_own_tax() -> None:
    lines = (line("100.00", manual={"account": "480"}), line("20.00", description="Stamps"))
    coding = coded(facts(lines=lines), manual=by_hand(account="429"))

    assert coding.get(Coded.ACCOUNT, 0) == "480"
    assert coding.get(Coded.ACCOUNT, 1) == "429"
    assert coding.of(Coded.ACCOUNT, 0).source is Source.MANUAL_LINE
    assert (coding.get(Coded.TAX_RATE, 0), coding.get(Coded.TAX_RATE, 1)) == ("ZERO", "INPUT2")
    by_default = coded(facts(lines=lines), choices=Choices(cost_tax="RRINPUT"))
    assert by_default.get(Coded.TAX_RATE, 0) == "RRINPUT"
    assert coding.get(Coded.DESCRIPTION, 1) == "Stamps"


def test_a_percentage_a_line_states_picks_the_only_rate_there_is_over_a_default() -> None:
    lines = (line("100.00", tax_percent=Decimal(20)), line("20.00", tax_percent=Decimal(5)))
    coding = coded(facts(lines=lines), choices=Choices(cost_tax="INPUT2"))
    ruled = coded(facts(lines=lines), rules=[rule(coding={"tax_rate": "ZERO"})])

    assert [coding.get(Coded.TAX_RATE, i) for i in (0, 1)] == ["INPUT2", "RRINPUT"]
    assert [ruled.get(Coded.TAX_RATE, i) for i in (0, 1)] == ["ZERO", "ZERO"]


def test_the_rule_of_a_customer_leaves_items_that_were_there_before_it() -> None:
    late = rule(
        kind=RuleKind.CUSTOMER, coding={"account": "200"}, made_at=NOW + timedelta(minutes=1)
    )
    in_inbox = facts(side=Side.SALE)
    new = facts(side=Side.SALE, submitted_at=NOW + timedelta(hours=1))

    assert coded(in_inbox, rules=[late]).get(Coded.ACCOUNT) is None
    assert coded(new, rules=[late]).get(Coded.ACCOUNT) == "200"


@pytest.mark.parametrize(
    ("conditions", "account"),
    [
        ({"least": "100"}, "461"),
        ({"least": "121"}, "429"),
        ({"most": "120.00"}, "461"),
        ({"most": "119.99"}, "429"),
        ({"keyword": "toner"}, "461"),
        ({"keyword": "stamps"}, "429"),
        ({"kind": "invoice"}, "461"),
        ({"kind": "receipt"}, "429"),
        ({"submitted_from": (NOW + timedelta(days=1)).isoformat()}, "429"),
        ({"submitted_before": NOW.isoformat()}, "429"),
    ],
)
def test_of_several_rules_the_first_that_fits_holds(
    conditions: dict[str, str], account: str
) -> None:
    rules = [
        rule(id="r2", position=2, coding={"account": "429"}),
        rule(position=1, coding={"account": "461"}, conditions=conditions),
    ]

    coding = coded(facts(description="Toner, black"), rules=rules)

    assert coding.get(Coded.ACCOUNT) == account


@pytest.mark.parametrize(
    ("term", "due"),
    [
        ("30 days", date(2026, 5, 31)),
        ("0 days", DAY),
        ("day 20", date(2026, 6, 20)),
        ("day 31", date(2026, 6, 30)),
        ("end of month", date(2026, 5, 31)),
        ("soon", None),
    ],
)
def test_a_rule_says_when_something_is_due(term: str, due: date | None) -> None:
    coding = coded(rules=[rule(coding={"due_day": term})])

    assert coding.get(Coded.DUE_DAY) == (due.isoformat() if due else None)


@pytest.mark.parametrize(
    ("over", "contact"),
    [
        ({"supplier": "PAPER AND PENS"}, "c1"),
        ({"supplier": "P&P Stationers", "tax_number": "gb123"}, "c1"),
        ({"supplier": "Fine Foods Ltd"}, None),
        ({"supplier": "Gone"}, "c3"),
        ({"supplier": None}, None),
    ],
)
def test_a_contact_is_known_by_its_tax_number_or_its_exact_name(
    over: dict[str, str], contact: str | None
) -> None:
    assert coded(facts(**over)).get(Coded.CONTACT) == contact


def test_a_contact_in_use_is_better_than_an_archived_one() -> None:
    old = Contact(remote_id="c0", name="Paper & Pens", is_supplier=True, active=False)
    new = Contact(remote_id="c1", name="Paper & Pens Ltd", is_supplier=True)

    assert coded(lists=xero(contacts={"c0": old, "c1": new})).get(Coded.CONTACT) == "c1"


def test_quickbooks_customers_are_no_suppliers() -> None:
    customer = Contact(remote_id="c9", name="Paper & Pens", is_customer=True)
    lists = quickbooks(contacts={"c9": customer})

    assert coded(lists=lists).get(Coded.CONTACT) is None
    assert coded(facts(side=Side.SALE), lists=lists).get(Coded.CONTACT) == "c9"


def test_a_contacts_currency_is_taken_only_where_the_client_wants_that() -> None:
    euro = Contact(remote_id="c1", name="Paper & Pens", is_supplier=True, currency="EUR")
    lists, bare = xero(contacts={"c1": euro}), facts(currency=None)

    wanted = coded(bare, lists=lists, choices=Choices(contact_defaults=True))
    assert said(wanted, Coded.CURRENCY) == ("EUR", Source.CONTACT)
    assert said(coded(bare, lists=lists), Coded.CURRENCY) == ("GBP", Source.DEFAULT)


def test_a_bank_match_sets_the_item_up_as_paid() -> None:
    coding = coded(choices=MATCHING, match=Matched(line=LINE), methods=[method()])

    assert said(coding, Coded.PAID) == ("yes", Source.BANK_MATCH)
    assert coding.get(Coded.BANK_ACCOUNT) == "bank"
    assert coding.get(Coded.PAYMENT_METHOD) == "m1"
    assert coding.get(Coded.PAID_ON) == LINE.day.isoformat()
    assert coding.get(Coded.PUBLISH_TO) == Destination.BANK


def test_a_bank_match_leaves_what_people_said_about_it() -> None:
    own = by_hand(publish_to="purchases", paid_on="2026-05-02", paid="yes", bank_account="bank")
    coding = coded(choices=MATCHING, match=Matched(line=LINE), manual=own)

    assert said(coding, Coded.PUBLISH_TO) == ("purchases", Source.MANUAL)
    assert said(coding, Coded.PAID_ON) == ("2026-05-02", Source.MANUAL)
    assert said(coding, Coded.PUBLISH_AS) == (PublishAs.PAID, Source.BANK_MATCH)


@pytest.mark.parametrize(
    ("choices", "manual", "lists"),
    [
        (Choices(bank_match=False), {}, xero()),
        (MATCHING, by_hand(paid="no"), xero()),
        (MATCHING, by_hand(bank_account="euro"), xero()),
        (MATCHING, by_hand(payment_method=None), xero()),
        (MATCHING, {}, quickbooks()),
    ],
)
def test_a_bank_match_fills_nothing_in_against_the_setting_a_person_or_the_ledger(
    choices: Choices, manual: dict, lists
) -> None:
    coding = coded(choices=choices, manual=manual, match=Matched(line=LINE), lists=lists)

    assert Source.BANK_MATCH not in {each.source for each in coding.fields.values()}


@pytest.mark.parametrize(
    ("costs_as", "paid", "publish_as"),
    [
        (PublishAs.OPEN, "yes", PublishAs.PAID),
        (PublishAs.OPEN, None, PublishAs.OPEN),
        (PublishAs.DRAFT, "yes", PublishAs.DRAFT),
        (PublishAs.PAID, "yes", PublishAs.PAID),
    ],
)
def test_what_a_person_calls_paid_is_not_sent_as_awaiting_payment(
    costs_as: PublishAs, paid: str | None, publish_as: PublishAs
) -> None:
    coding = coded(
        facts(last4="4242"),
        choices=Choices(costs_as=costs_as),
        methods=[method()],
        manual=by_hand(paid=paid) if paid else {},
    )

    assert coding.get(Coded.PUBLISH_AS) == publish_as


@pytest.mark.parametrize(
    ("card", "destination"),
    [("bank", Destination.CHEQUE), ("card", Destination.CARD), (None, Destination.PURCHASES)],
)
def test_quickbooks_takes_what_is_paid_from_the_account_that_paid(
    card: str | None, destination: Destination
) -> None:
    coding = coded(
        facts(kind=ItemKind.RECEIPT, last4="4242"),
        lists=quickbooks(),
        methods=[method(bank_account=card)],
    )

    assert said(coding, Coded.PUBLISH_TO) == (destination, Source.DEFAULT)


def test_a_claim_is_owed_to_its_owner_whatever_the_rule_of_the_shop() -> None:
    coding = coded(
        facts(side=Side.CLAIM, kind=ItemKind.RECEIPT, last4="4242"),
        rules=[rule(coding={"contact": "c2", "paid": "yes", "account": "429"})],
        methods=[method()],
    )

    assert coding.get(Coded.ACCOUNT) == "429"
    assert coding.get(Coded.CONTACT) is None
    assert coding.get(Coded.PAID) is None


def test_without_lists_what_people_and_rules_say_is_still_known() -> None:
    coding = resolve(
        facts(), manual=by_hand(account="429"), rules=[rule(coding={"tax_rate": "ZERO"})],
        methods=(), choices=Choices(), lists=None,
    )  # fmt: skip

    assert (coding.get(Coded.ACCOUNT), coding.get(Coded.TAX_RATE)) == ("429", "ZERO")


def test_users_decide_about_payment_and_tracking_only() -> None:
    coding = coded(
        rules=[rule("U02BEN", kind=RuleKind.USER, coding={"account": "429", "tracking_1": "north"})]
    )

    assert coding.get(Coded.ACCOUNT) is None
    assert said(coding, Coded.TRACKING_1) == ("north", Source.USER_RULE)
