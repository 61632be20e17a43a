"""What will be different from what was wished is said beforehand."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from commands.publishing.choices import Choices, TaxPolicy
from commands.publishing.facts import Facts
from commands.publishing.lists import Lists
from commands.publishing.readiness.notices import notices
from commands.publishing.readiness.obstacles import Obstacle
from commands.publishing.resolution.matching import Ambiguous, BankLine
from providers.drafts import PublishAs
from tests.commands.publishing.coded import (
    DAY,
    by_hand,
    coded,
    facts,
    method,
    organisation,
    quickbooks,
    xero,
)


def told(
    of: Facts | None = None, *, lists: Lists | None = None, choices: Choices | None = None,
    match: Ambiguous | None = None, **over: Any,
) -> list[Obstacle]:  # fmt: skip
    methods = over.get("methods", ())
    of, choices, lists = of or facts(), choices or Choices(), lists or xero()
    coding = coded(of, choices=choices, lists=lists, **over)
    return list(notices(of, coding, choices, lists, match=match, methods=methods))


def test_nothing_is_noted_of_an_item_that_goes_as_wished() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("methods", "last4", "paid", "fields"),
    [
        ([method(bank_account=None)], "4242", None, ["bank_account"]),
        ([], None, None, ["payment_method"]),
        ([method()], "4242", None, []),
        ([], None, "no", []),
    ],
)
def test_paid_where_possible_says_beforehand_when_it_will_not_be(
    methods: list, last4: str | None, paid: str | None, fields: list[str]
) -> None:
    noted = told(
        facts(last4=last4), choices=Choices(costs_as=PublishAs.PAID), methods=methods,
        manual=by_hand(paid=paid) if paid else {},
    )  # fmt: skip

    assert [each.field for each in noted if each.code == "NOTE_NOT_PAID"] == fields
    assert all(each.facts["instead"] == "awaiting payment" for each in noted)
    if methods and fields:
        assert noted[0].facts["why"] == "“Company card” has no bank account"


@pytest.mark.parametrize(
    ("costs_as", "paid", "codes"),
    [
        (PublishAs.OPEN, "yes", ["NOTE_NOT_PAID"]),
        (PublishAs.OPEN, "no", []),
        (PublishAs.DRAFT, "yes", []),
    ],
)
def test_what_says_that_it_is_paid_and_would_be_owed_is_noted(
    costs_as: PublishAs, paid: str, codes: list[str]
) -> None:
    noted = told(choices=Choices(costs_as=costs_as), manual=by_hand(paid=paid))

    assert [each.code for each in noted] == codes


def test_what_a_linked_card_paid_and_the_settings_send_as_owed_is_noted_as_just_that() -> None:
    noted = told(facts(last4="4242"), choices=Choices(costs_as=PublishAs.OPEN), methods=[method()])

    assert [(each.code, each.field) for each in noted] == [("NOTE_LEFT_UNPAID", "publish_as")]


def test_a_supplier_the_ledger_does_not_know_is_named_with_the_closest() -> None:
    (near,) = told(facts(supplier="Fine Foods Ltd"))
    (new,) = told(facts(supplier="Zebra Crossings"))

    assert (near.code, near.facts["closest"]) == ("NOTE_NEW_CONTACT_LIKE", "Fine Food Limited")
    assert (near.facts["likeness"], near.facts["closest_id"]) == ("0.94", "c2")
    assert new.code == "NOTE_NEW_CONTACT"


def test_another_company_is_no_suggestion() -> None:
    (new,) = told(facts(supplier="Pens & Quills Ltd"))

    assert new.code == "NOTE_NEW_CONTACT"


def test_a_status_the_destination_lacks_is_noted_if_somebody_chose_it() -> None:
    chosen = Choices(costs_as=PublishAs.SUBMITTED)

    (noted,) = told(lists=quickbooks(), choices=chosen)
    assert (noted.code, noted.facts["instead"]) == ("NOTE_PUBLISH_AS", "awaiting payment")
    assert told(lists=quickbooks()) == []


def test_a_rate_nobody_picked_without_any_tax_is_noted() -> None:
    untaxed, default = facts(tax=None), Choices(cost_tax="INPUT2")

    (noted,) = told(untaxed, choices=default)
    assert (noted.code, noted.field) == ("NOTE_NO_TAX", "tax")
    assert told(untaxed, choices=default, manual=by_hand(tax_rate="INPUT2")) == []
    assert told(untaxed, choices=Choices(cost_tax="ZERO")) == []
    assert told(untaxed, choices=replace(default, tax_policy=TaxPolicy.LEDGER)) == []
    assert told(choices=default) == []


def test_a_missing_date_a_conversion_and_several_bank_lines_are_noted() -> None:
    bank_line = BankLine(id="1", bank_account="bank", day=DAY, amount=Decimal(-120), currency="EUR")
    both = Ambiguous(lines=(bank_line, replace(bank_line, id="2")))
    noted = told(
        facts(day=None, currency="EUR", rate=Decimal("0.90")),
        choices=Choices(multi_currency=False, bank_match=True), match=both,
    )  # fmt: skip

    assert [each.code for each in noted] == ["NOTE_DAY", "NOTE_CONVERTED", "NOTE_BANK_MATCH"]
    assert noted[1].facts["rate"] == "0.9"


@pytest.mark.parametrize("hand", [{"customer": "c2"}, {"billable": "yes"}])
def test_a_ledger_that_does_not_rebill_says_so_beforehand(hand: dict[str, str]) -> None:
    at_xero = told(manual=by_hand(**hand))
    at_quickbooks = told(lists=quickbooks(), manual=by_hand(**hand))

    assert "NOTE_NOT_REBILLED" in [each.code for each in at_xero]
    assert "NOTE_NOT_REBILLED" not in [each.code for each in at_quickbooks]


def test_a_currency_that_comes_with_a_new_contact_is_announced() -> None:
    swiss = facts(currency="CHF", supplier="Käserei Bern")
    used = organisation(currencies=("GBP", "CHF"))
    unused = organisation(currencies=("GBP", "EUR"))
    noted = {
        name: [each.code for each in told(swiss, lists=lists)]
        for name, lists in {
            "unused": quickbooks(organisation=unused),
            "used": quickbooks(organisation=used),
            "untold": quickbooks(),
        }.items()
    }

    assert "NOTE_NEW_CURRENCY" in noted.pop("unused")
    assert all("NOTE_NEW_CURRENCY" not in codes for codes in noted.values())
