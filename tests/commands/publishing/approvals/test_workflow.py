"""Which workflow an item goes through: the first that is switched on and for such items."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.publishing.approvals.workflow import (
    Scope,
    Stage,
    Workflow,
    covers,
    stages_of,
    workflow_for,
)
from commands.publishing.coding import Coded, Coding, Source, Sourced
from commands.publishing.facts import Facts, ItemKind, Side
from providers.records import Contact
from tests.commands.publishing.coded import facts, xero

CHLOE = "U03CHLOE"


def coding(*lines: dict[Coded, str], **fields: str) -> Coding:
    def sourced(told: Any) -> dict[Coded, Sourced]:
        return {Coded(k): Sourced(value=v, source=Source.MANUAL) for k, v in told.items()}

    return Coding(fields=sourced(fields), lines=tuple(sourced(each) for each in lines))


def stage(id_: str = "s1", least: str | None = None, **over: Any) -> Stage:
    amount = Decimal(least) if least is not None else None
    return Stage(**{"id": id_, "people": (CHLOE,), "least": amount} | over)


def workflow(id_: str = "w", *stages: Stage, **over: Any) -> Workflow:
    return Workflow(**{"id": id_, "name": id_, "stages": stages or (stage(),)} | over)


CODED = coding(account="461", tracking_2="north", contact="c1")
LISTS = xero(contacts={"c1": Contact(remote_id="c1", name="Paper and Pens Limited")})
SPLIT = coding({Coded.ACCOUNT: "429"}, {Coded.ACCOUNT: "480"}, account="461")


@pytest.mark.parametrize(
    ("scope", "item", "coded", "is_covered"),
    [
        ({}, facts(), CODED, True),
        ({"sides": ("cost", "claim")}, facts(), CODED, True),
        ({"sides": ("sale",)}, facts(), CODED, False),
        ({"kinds": ("receipt",)}, facts(), CODED, False),
        ({"kinds": ("receipt",)}, facts(kind=ItemKind.RECEIPT), CODED, True),
        ({"owners": ("U02BEN",)}, facts(), CODED, True),
        ({"owners": ("U01ANA",)}, facts(), CODED, False),
        ({"accounts": ("461", "480")}, facts(), CODED, True),
        ({"accounts": ("429",)}, facts(), CODED, False),
        ({"accounts": ("429",)}, facts(), coding(), False),
        ({"accounts": ("480",)}, facts(), SPLIT, True),
        ({"accounts": ("461",)}, facts(), SPLIT, False),
        ({"tracking": ("north",)}, facts(), CODED, True),
        ({"tracking": ("south",)}, facts(), CODED, False),
        ({"suppliers": ("PAPER & PENS LTD.",)}, facts(), CODED, True),
        ({"suppliers": ("Paper and Pens",)}, facts(supplier="P&P"), CODED, True),
        ({"suppliers": ("Zebra",)}, facts(), CODED, False),
        ({"suppliers": ("Zebra",)}, facts(supplier=None), coding(), False),
        ({"sides": ("cost",), "accounts": ("429",)}, facts(), CODED, False),
        ({"sides": ("cost",), "accounts": ("461",)}, facts(side=Side.SALE), CODED, False),
    ],
)  # fmt: skip
def test_a_scope_covers_what_all_of_its_parts_name(
    scope: dict[str, Any], item: Facts, coded: Coding, *, is_covered: bool
) -> None:
    assert covers(Scope(**scope), item, coded, LISTS) is is_covered


def test_the_first_that_is_for_an_item_holds() -> None:
    sales = workflow("sales", scope=Scope(sides=("sale",)))
    printing = workflow("printing", scope=Scope(accounts=("461",)))
    every = workflow("every")

    def name(*workflows: Workflow) -> str | None:
        found = workflow_for(workflows, facts(), CODED, LISTS)
        return found.name if found else None

    assert name(sales, printing, every) == "printing"
    assert name(sales, every, printing) == "every"
    assert name(sales) is None
    assert name(workflow("printing", is_on=False), every) == "every"


SCOPES = st.builds(
    Scope,
    sides=st.lists(st.sampled_from(list(Side)), max_size=2).map(tuple),
    kinds=st.lists(st.sampled_from(list(ItemKind)), max_size=2).map(tuple),
    accounts=st.lists(st.sampled_from(["429", "461"]), max_size=1).map(tuple),
)
MANY = st.lists(st.tuples(SCOPES, st.booleans()), max_size=6)


@given(many=MANY, side=st.sampled_from(Side), kind=st.sampled_from(ItemKind))
def test_exactly_one_holds_and_none_before_it_is_for_the_item(
    many: list[tuple[Scope, bool]], side: Side, kind: ItemKind
) -> None:
    item = facts(side=side, kind=kind)
    every = [workflow(str(i), scope=s, is_on=on) for i, (s, on) in enumerate(many)]
    found = workflow_for(every, item, CODED, LISTS)
    fit = [each for each in every if each.is_on and covers(each.scope, item, CODED, LISTS)]

    assert (found is None) == (not fit)
    if found is not None:
        assert found == fit[0]
        behind = every[every.index(found) + 1 :]
        assert workflow_for([found, *reversed(behind)], item, CODED, LISTS) == found


@pytest.mark.parametrize(
    ("over", "ids"),
    [
        ({"total": Decimal("99.99")}, ["any"]),
        ({"total": Decimal(100)}, ["any", "100"]),
        ({"total": Decimal(1000)}, ["any", "100", "1000"]),
        ({"total": None}, ["any"]),
        ({"currency": "EUR", "total": Decimal(1000), "rate": Decimal("0.9")}, ["any", "100"]),
        ({"currency": "EUR", "total": Decimal(1)}, ["any", "100", "1000"]),
    ],
)
def test_stages_are_for_totals_in_the_base_currency(over: dict[str, Any], ids: list[str]) -> None:
    own = workflow("w", stage("any"), stage("100", "100"), stage("1000", "1000"))

    assert [each.id for each in stages_of(own, facts(**over), LISTS)] == ids


def test_without_a_workflow_nobody_has_to_agree() -> None:
    assert stages_of(None, facts(), LISTS) == ()
