"""Which software is offered and which organisation fits."""

import pytest

from commands.connections.matching import (
    Difference,
    Identity,
    Software,
    Why,
    accepted_as,
    best_first,
    differences,
    doubts,
    is_alike,
    offer,
)
from storage.models import Purpose

XERO = Software(key="xero", name="Xero", data_health=True)
QUICKBOOKS = Software(key="quickbooks", name="QuickBooks Online", data_health=True)
SAGE = Software(key="sage", name="Sage Accounting")
ALL = (XERO, QUICKBOOKS, SAGE)


@pytest.mark.parametrize(
    ("purpose", "counterpart", "books_in", "software", "why"),
    [
        ("bookkeeping", None, None, ALL, Why.FREE),
        ("bookkeeping", None, "Sage 50", ALL, Why.FREE),
        ("bookkeeping", "xero", None, (XERO,), Why.SAME_AS_DATA_HEALTH),
        ("data_health", "xero", None, (XERO,), Why.SAME_AS_BOOKKEEPING),
        ("data_health", "quickbooks", "Xero", (QUICKBOOKS,), Why.SAME_AS_BOOKKEEPING),
        ("data_health", "sage", None, (), Why.BOOKS_UNSUPPORTED),
        ("data_health", None, "Sage 50", (), Why.BOOKS_UNSUPPORTED),
        ("data_health", None, " xero", (XERO,), Why.SAME_AS_BOOKKEEPING),
        ("data_health", None, "QuickBooks Online", (QUICKBOOKS,), Why.SAME_AS_BOOKKEEPING),
        ("data_health", None, None, (XERO, QUICKBOOKS), Why.BOOKS_UNKNOWN),
    ],
)
def test_only_allowed_software_is_offered(
    purpose: str,
    counterpart: str | None,
    books_in: str | None,
    software: tuple[Software, ...],
    why: Why,
) -> None:
    answer = offer(Purpose(purpose), ALL, counterpart=counterpart, books_in=books_in)

    assert answer.software == software
    assert answer.why == why


def test_a_refusal_names_the_software_the_books_are_in() -> None:
    answer = offer(Purpose.DATA_HEALTH, ALL, counterpart="sage", books_in=None)

    assert answer.books == "Sage Accounting"


@pytest.mark.parametrize(
    ("accepted", "client", "left"),
    [
        ((), "Acme Ltd", (Difference.NAME, Difference.DEMO)),
        ((Difference.NAME,), "Acme Ltd", (Difference.DEMO,)),
        ((Difference.NAME, Difference.DEMO), "Acme Ltd", ()),
        ((Difference.NAME, Difference.DEMO), "Acme", (Difference.NAME, Difference.DEMO)),
    ],
)
def test_what_was_called_right_is_doubted_again_only_under_another_name(
    accepted: tuple[Difference, ...], client: str, left: tuple[Difference, ...]
) -> None:
    organisation = Identity(tenant_id="1", name="Beta", is_demo=True)
    noted = accepted_as("Acme Ltd", organisation, accepted)

    assert doubts(client, organisation, None, accepted=noted) == left


@pytest.mark.parametrize(
    ("client", "organisation", "alike"),
    [
        ("Acme Ltd", "ACME Limited", True),
        ("Acme Ltd", "Beta Ltd", False),
        ("The Acme Company", "Acme, Inc.", True),
        ("O'Neill & Sons", "ONeill and Sons Ltd", True),
        ("Bright Bakery", "Bakery, Bright LLP", True),
        ("Acme Ltd", "Acme Limited (Demo)", False),
        ("Müller Bau", "MÜLLER BAU Ltd", True),
        ("Oak & Sons", "Elm & Sons", False),
    ],
)
def test_names_are_compared_without_legal_form(client: str, organisation: str, alike: bool) -> None:
    assert is_alike(client, Identity(tenant_id="1", name=organisation)) is alike


def test_the_legal_name_is_as_good_as_the_name() -> None:
    organisation = Identity(tenant_id="1", name="Trading name", legal_name="Acme Limited")

    assert is_alike("Acme Ltd", organisation)


def test_everything_known_is_compared_with_the_other_connection() -> None:
    organisation = Identity(
        tenant_id="1", name="Beta", country="GB", base_currency="GBP", is_demo=True
    )
    other = Identity(tenant_id="2", name="Acme", country="ie", base_currency="EUR")

    assert differences("Acme Ltd", organisation, other) == (
        Difference.NAME,
        Difference.DEMO,
        Difference.COUNTRY,
        Difference.CURRENCY,
        Difference.ORGANISATION,
    )


def test_the_unknown_does_not_differ() -> None:
    organisation = Identity(tenant_id="1", name="Acme Ltd", country="GB")

    assert differences("Acme", organisation, Identity(tenant_id="1", name="Acme")) == ()


def test_the_likeliest_organisation_comes_first() -> None:
    names = ["Zeta", "Acme Limited", "Beta"]

    ordered = best_first("Acme Ltd", [Identity(tenant_id=n, name=n) for n in names])

    assert [o.name for o in ordered] == ["Acme Limited", "Beta", "Zeta"]
