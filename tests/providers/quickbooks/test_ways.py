"""Where documents can go in a QuickBooks company."""

import pytest

from providers.books import DocumentKind
from providers.drafts import Destination, PublishAs, Publishing
from providers.quickbooks import PROVIDER, drafting
from providers.quickbooks.ways import TYPES
from providers.records import Organisation
from tests.providers.quickbooks.publishing import KINDS, PDF, a_publisher

BOTH = (DocumentKind.BILL, DocumentKind.BILL_CREDIT)


def publishing(plan: str | None = None, country: str | None = "GB") -> Publishing:
    found = PROVIDER.publishing(Organisation(remote_id="1", name="A", plan=plan, country=country))
    assert found is not None
    return found


@pytest.mark.parametrize("plan", ["QuickBooks Online Simple Start", "EasyStart", "Easy Start"])
@pytest.mark.parametrize("kind", BOTH)
def test_the_smallest_plans_have_no_bills_and_say_so(plan: str, kind: DocumentKind) -> None:
    way = publishing(plan).way(kind, Destination.PURCHASES)

    assert way is not None
    assert way.why_not is not None
    assert way.why_not.startswith(plan)
    assert "upgrade" in way.why_not


@pytest.mark.parametrize("plan", ["QuickBooks Online Plus", "QuickBooks Online Essentials", None])
@pytest.mark.parametrize("kind", BOTH)
def test_other_plans_have_bills(plan: str | None, kind: DocumentKind) -> None:
    way = publishing(plan).way(kind, Destination.PURCHASES)

    assert way is not None
    assert way.why_not is None


@pytest.mark.parametrize(("country", "can"), [("US", True), ("CA", True), ("GB", False)])
def test_credits_to_a_card_are_north_american(country: str, *, can: bool) -> None:
    way = publishing(country=country).way(DocumentKind.BILL_CREDIT, Destination.CARD)

    assert way is not None
    assert (way.why_not is None) is can


@pytest.mark.parametrize(("country", "word"), [("US", "Check"), ("GB", "Cheque")])
def test_a_cheque_is_spelt_as_the_country_does(country: str, word: str) -> None:
    way = publishing(country=country).way(DocumentKind.BILL, Destination.CHEQUE)

    assert way is not None
    assert way.name == word


@pytest.mark.parametrize(("country", "needs"), [("US", False), ("GB", True), ("AU", True)])
def test_lines_need_a_tax_code_outside_the_united_states(country: str, *, needs: bool) -> None:
    assert publishing(country=country).needs_tax_rate is needs


def test_what_is_paid_at_once_needs_an_account() -> None:
    for way in publishing().ways:
        assert way.needs_bank_account is (way.publish_as == (PublishAs.PAID,))


def test_every_way_leads_somewhere() -> None:
    known = {(kind, destination) for kind, destination, _ in KINDS.values()}

    assert {(way.kind, way.destination) for way in publishing().ways} == known
    assert known == set(drafting.SOURCES)


async def test_the_limits_are_those_of_the_vendor() -> None:
    known = publishing()
    bakery = await a_publisher()
    async with bakery.practice.open() as ledger:
        told = PROVIDER.publishing(await ledger.organisation())

    assert (known.batch, known.number_length, known.tracking) == (30, 21, 2)
    assert known.attachment_bytes == 100 * 1024 * 1024
    assert known.attachment_types == set(TYPES)
    assert PDF.name.rpartition(".")[2] in known.attachment_types
    assert told == known
