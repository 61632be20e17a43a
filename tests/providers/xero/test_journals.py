"""Journals come a hundred at a time, each hundred after the last number of the one before."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx2
import msgspec
import pytest
from xero_python.accounting import models

from providers.books import BooksPage, DocumentKind, Journal, PaymentKind, Posting, Walk
from providers.errors import Lack
from providers.xero import PROVIDER
from providers.xero.journals import SCOPE
from providers.xero.postings import JournalPartRow, JournalRow, journals
from tests.providers.vendors import MemoryTokens, a_session, a_token_set
from tests.providers.xero.organisation import CLOCK, ms_date
from tests.providers.xero.test_assets import access_with

Row = dict[str, Any]


def a_journal(number: int, **over: Any) -> Row:
    return {
        "JournalID": f"j-{number}",
        "JournalNumber": number,
        "JournalDate": ms_date(datetime(2026, 6, 1, tzinfo=UTC)),
        "CreatedDateUTC": ms_date(CLOCK),
        "SourceID": "inv-1",
        "SourceType": "ACCPAY",
        "JournalLines": [
            {"AccountID": "acc-800", "NetAmount": -120.0, "GrossAmount": -120.0},
            {"AccountID": "acc-400", "NetAmount": 120.0, "GrossAmount": 120.0},
        ],
    } | over


class Postings:
    """Journals with these numbers; a page has `size`, or what `pages` says of its offset."""

    def __init__(self, *numbers: int, size: int = 100) -> None:
        self.rows = [a_journal(number) for number in numbers]
        self.size = size
        self.pages: dict[int, list[Row]] = {}
        self.requests: list[httpx2.Request] = []
        self.refusal: httpx2.Response | None = None

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/connections":
            return httpx2.Response(200, json=[{"id": "c", "tenantId": "acme", "tenantName": "A"}])
        if not request.url.path.endswith("/Journals"):
            about = {"pagination": {"page": 1, "pageSize": 1000, "pageCount": 1, "itemCount": 0}}
            return httpx2.Response(200, json=about | {request.url.path.rpartition("/")[2]: []})
        self.requests.append(request)
        if self.refusal is not None:
            return self.refusal
        offset = int(request.url.params["offset"])
        after = [row for row in self.rows if row["JournalNumber"] > offset]
        rows = self.pages.get(offset, after[: self.size])
        return httpx2.Response(200, json={"DateTimeUTC": ms_date(CLOCK), "Journals": rows})

    @property
    def offsets(self) -> list[int]:
        return [int(request.url.params["offset"]) for request in self.requests]


async def read(postings: Postings, *walks: Walk, access: str = "opaque") -> list[BooksPage]:
    tokens = MemoryTokens(grant=a_token_set(access=access))
    ledger = PROVIDER.ledger(a_session(postings, tokens=tokens), "acme")
    return [page async for page in ledger.sync(walks or [Walk(stream="Journals")])]


def numbers(pages: list[BooksPage]) -> list[list[int]]:
    return [[r.number for r in page.records if isinstance(r, Journal)] for page in pages]


async def test_pages_follow_each_other_until_an_empty_one() -> None:
    postings = Postings(*range(1, 251))

    pages = await read(postings)

    assert [len(each) for each in numbers(pages)] == [100, 100, 50, 0]
    assert postings.offsets == [0, 100, 200, 250]
    assert [page.checkpoint for page in pages[1:]] == [{"number": n} for n in (200, 250, 250)]
    assert [page.is_last for page in pages] == [False, False, False, True]
    assert not any(page.is_whole for page in pages)
    assert {request.headers["xero-tenant-id"] for request in postings.requests} == {"acme"}


async def test_a_short_page_and_numbers_that_are_left_out_do_not_end_it() -> None:
    postings = Postings(1, 2, 5, 9, 12)
    postings.pages = {0: postings.rows[:1]}

    assert numbers(await read(postings)) == [[1], [2, 5, 9, 12], []]


@pytest.mark.parametrize(("there", "offsets"), [((1, 2, 3), [3]), ((1, 2, 3, 4), [3, 4])])
async def test_a_walk_goes_on_after_the_last_journal(
    there: tuple[int, ...], offsets: list[int]
) -> None:
    postings = Postings(*there)

    pages = await read(postings, Walk(stream="Journals", resume={"number": 3}))

    assert postings.offsets == offsets
    assert pages[-1].is_last
    assert pages[-1].checkpoint == {"number": offsets[-1]}


async def test_a_walk_rests_after_as_many_pages_as_are_asked_for() -> None:
    postings = Postings(*range(1, 10), size=2)

    pages = await read(postings, Walk(stream="Journals", pages=3))

    assert numbers(pages) == [[1, 2], [3, 4], [5, 6]]
    assert not any(page.is_last for page in pages)


async def test_others_are_read_beside_it() -> None:
    postings = Postings(*range(1, 5), size=2)

    pages = await read(postings, Walk(stream="Journals"), Walk(stream="Payments"))

    assert [page.stream for page in pages if page.is_last] == ["Payments", "Journals"]


async def test_the_same_page_twice_is_not_taken_for_what_follows() -> None:
    postings = Postings(*range(1, 5), size=2)
    postings.pages = {2: postings.rows[:2]}

    assert numbers(await read(postings)) == [[1, 2]]


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(403, json={"Detail": "AuthenticationUnsuccessful"}),
        httpx2.Response(503, text="The organisation is offline"),
        httpx2.Response(200, json={"Journals": [{"JournalNumber": "seven"}]}),
    ],
)
async def test_what_goes_wrong_with_it_does_not_keep_the_others(answer: httpx2.Response) -> None:
    postings = Postings()
    postings.refusal = answer

    pages = await read(postings, Walk(stream="Journals"), Walk(stream="Payments"))

    assert [page.stream for page in pages] == ["Payments"]


@pytest.mark.parametrize(
    ("access", "calls", "needed"),
    [
        (access_with("openid", "accounting.invoices"), 0, "somebody to reconnect Xero"),
        (access_with("openid", SCOPE), 1, "an application that Xero has let read journals"),
        ("opaque", 1, "an application that Xero has let read journals"),
    ],
)
async def test_what_is_not_allowed_is_said_and_the_rest_is_read(
    access: str, calls: int, needed: str
) -> None:
    postings = Postings()
    postings.refusal = httpx2.Response(401, json={"Detail": "AuthorizationUnsuccessful"})

    pages = await read(postings, Walk(stream="Journals"), Walk(stream="Payments"), access=access)

    refused = {page.stream: page.refused for page in pages if page.is_last}
    assert refused["Payments"] is None
    assert refused["Journals"] is not None
    assert refused["Journals"].lack is Lack.PLAN
    assert refused["Journals"].needed.startswith(needed)
    assert "balances are derived" in refused["Journals"].needed
    assert len(postings.requests) == calls


async def test_a_role_that_may_not_read_them_is_refused_as_such() -> None:
    postings = Postings()
    postings.refusal = httpx2.Response(403, json={"Detail": "Something else"})

    (page,) = await read(postings)

    assert page.refused is not None
    assert page.refused.lack is Lack.ROLE
    assert page.refused.needed.startswith("the Standard or Adviser role in Xero; until then")


async def test_a_journal_says_what_moved_and_what_for() -> None:
    (page, _) = await read(Postings(7))

    assert list(page.records) == [
        Journal(
            source="Journals",
            remote_id="j-7",
            updated_at=CLOCK,
            number=7,
            kind=DocumentKind.BILL,
            origin="Invoices",
            origin_id="inv-1",
            date=date(2026, 6, 1),
            postings=(
                Posting(account_id="acc-800", amount=Decimal("-120.0")),
                Posting(account_id="acc-400", amount=Decimal("120.0")),
            ),
        )
    ]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("ACCREC", ("Invoices", "inv-1", DocumentKind.INVOICE)),
        ("ACCPAYPAYMENT", ("Payments", "inv-1", PaymentKind.PAYMENT)),
        ("TRANSFER", ("BankTransfers", "inv-1", DocumentKind.TRANSFER)),
        ("MANJOURNAL", ("ManualJournals", "inv-1", DocumentKind.MANUAL_JOURNAL)),
        ("PAYSLIP", ("Journals", "j-1", DocumentKind.MANUAL_JOURNAL)),
        ("A" * 40, ("Journals", "j-1", "a" * 32)),
        (None, ("Journals", "j-1", "journal")),
    ],
)
def test_the_kind_of_a_journal_is_ours_where_we_have_one(
    word: str | None, said: tuple[str, str, str]
) -> None:
    row = msgspec.convert(a_journal(1, SourceType=word), JournalRow, strict=False)
    (record,) = journals([row]).records

    assert isinstance(record, Journal)
    assert (record.origin, record.origin_id, record.kind) == said


@pytest.mark.parametrize(
    ("shape", "model"), [(JournalRow, models.Journal), (JournalPartRow, models.JournalLine)]
)
def test_xeros_own_client_knows_every_field_we_read(
    shape: type[msgspec.Struct], model: Any
) -> None:
    read_here = {field.encode_name for field in msgspec.structs.fields(shape)}

    assert read_here - set(model.attribute_map.values()) == set()
