"""A thousand ready items of one client, published by us, and one by one by the vendors' clients.

The stand-in ledgers have one core, and answer each call 200 ms late; whoever publishes has the
other, in a process of its own. We take turns with a rival, and each time is the median of its
rounds. A rival creates a hundred bills, and its figures are for ten times as many.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
import msgspec

from tests.bench.figures import Figure, Run, median, table
from tests.bench.ledgers import DELAY_MS
from tests.bench.publishing_papers import Coding, papers
from tests.bench.servers import answered
from tests.bench.sync import Office, office, stand_ins

ROUNDS = 3
ITEMS, THEIRS = 1_000, 100
REQUESTS, TIMES = 1 / 20, 5
PAGE = 1_000
RIVALS = {"xero": ("Xero", "xero-python"), "quickbooks": ("QuickBooks", "python-quickbooks")}


@dataclass(frozen=True, kw_only=True)
class Printed(Figure):
    """A line that is there to be read: nothing is wanted of it."""

    @property
    def is_missed(self) -> bool:
        return False

    def __str__(self) -> str:
        return f"| {self.what} | {self.seen} | {self.value:.2f} {self.unit} | | |"


@dataclass(kw_only=True)
class Desk:
    """One vendor's organisation, what was published there, and in how many calls."""

    office: Office
    ours: list[Run] = field(default_factory=list)
    theirs: list[Run] = field(default_factory=list)
    amiss: int = 0

    @property
    def name(self) -> str:
        return RIVALS[self.office.vendor][0]

    @property
    def rival(self) -> str:
        return RIVALS[self.office.vendor][1]

    def take_turns(self, number: int) -> None:
        coding = self.publish(f"US{number}")
        self.create(f"THEY{number}", coding)
        there = THERE[self.office.vendor](self.office)
        self.amiss += amiss(there, f"US{number}", ITEMS, coding)
        assert not amiss(there, f"THEY{number}", THEIRS, coding), "the rival did something else"

    def publish(self, prefix: str) -> Coding:
        tokens = msgspec.to_builtins(asdict(self.office.tokens))
        with TemporaryDirectory(prefix="dext-") as folder:
            order = {
                "database": f"sqlite:///{folder}/bench.sqlite3", "vendor": self.office.vendor,
                "tokens": tokens, "prefix": prefix, "count": ITEMS,
            }  # fmt: skip
            coding = Coding(**self._answered("tests.bench.publishing_ours", way="fill", **order))
            run = self._counted("tests.bench.publishing_ours", way="publish", **order)
        self.ours.append(run)
        return coding

    def create(self, prefix: str, coding: Coding) -> None:
        tokens = self.office.tokens
        run = self._counted(
            "tests.bench.publishing_rivals", rival=self.rival, access=tokens.access,
            scopes=list(tokens.scopes), coding=asdict(coding), prefix=prefix, count=THEIRS,
        )  # fmt: skip
        self.theirs.append(run)

    def _counted(self, module: str, **order: Any) -> Run:
        self._calls()
        run = self._answered(module, **order)
        run["calls"] = self._calls()
        print(f"{self.name}, {order['prefix']}: {run['records']} in {run['wall']:.2f} s, "
              f"{run['cpu']:.2f} s of CPU, {run['calls']} requests", flush=True)  # fmt: skip
        return run

    def _answered(self, module: str, **order: Any) -> Run:
        order |= {"ledgers": self.office.ledgers, "tenant": self.office.tenant}
        return answered(module, order)

    def _calls(self) -> int:
        """Since it was last asked."""
        root = self.office.ledgers.removesuffix("/ledgers")
        calls: int = httpx2.get(f"{root}/calls/{self.office.vendor}").json()["calls"]
        return calls


def amiss(there: Counter[tuple[str, Decimal]], prefix: str, count: int, coding: Coding) -> int:
    """How many bills are not there exactly once, with their total."""
    wanted = Counter((p.number, p.total) for p in papers(prefix, count, coding.suppliers))
    found = Counter({bill: n for bill, n in there.items() if bill[0].startswith(f"{prefix}-")})
    return len((wanted - found) + (found - wanted))


def bills_in_xero(office: Office) -> Counter[tuple[str, Decimal]]:
    """How many there are of each number and total, as the ledger itself tells."""
    address = f"{office.ledgers}/xero/api.xro/2.0/Invoices"

    def page(number: int) -> list[Any]:
        told = {"page": number, "pageSize": PAGE, "where": 'Type=="ACCPAY"'}
        rows: list[Any] = asked(office, address, told)["Invoices"]
        return rows

    return Counter((row["InvoiceNumber"], cents(row["Total"])) for row in paged(page))


def bills_in_quickbooks(office: Office) -> Counter[tuple[str, Decimal]]:
    """How many there are of each number and total, as the ledger itself tells."""
    address = f"{office.ledgers}/quickbooks/v3/company/{office.tenant}/query"

    def page(number: int) -> list[Any]:
        start = (number - 1) * PAGE + 1
        query = f"SELECT * FROM Bill STARTPOSITION {start} MAXRESULTS {PAGE}"
        rows: list[Any] = asked(office, address, {"query": query})["QueryResponse"].get("Bill", [])
        return rows

    return Counter((row["DocNumber"], cents(row["TotalAmt"])) for row in paged(page))


THERE = {"xero": bills_in_xero, "quickbooks": bills_in_quickbooks}


def paged(page: Callable[[int], list[Any]]) -> Iterator[Any]:
    number, rows = 1, page(1)
    while rows:
        yield from rows
        number, rows = number + 1, page(number + 1) if len(rows) == PAGE else []


def asked(office: Office, address: str, query: dict[str, Any]) -> Any:
    headers = {
        "Authorization": f"Bearer {office.tokens.access}",
        "Accept": "application/json",
        "Xero-Tenant-Id": office.tenant,
    }
    answer = httpx2.get(address, params=query, headers=headers, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.json()


def cents(amount: Any) -> Decimal:
    return Decimal(str(amount)).quantize(Decimal("0.01"))


def figures(desk: Desk) -> Iterator[Figure]:
    scale = ITEMS // THEIRS
    calls = max(run["calls"] for run in desk.ours)
    rivals = min(run["calls"] for run in desk.theirs) * scale
    is_asked = desk.office.vendor == "xero"
    yield (Figure if is_asked else Printed)(
        what=f"{desk.name}, {ITEMS:,} items: requests, of those of {desk.rival}",
        seen=f"{calls}; {rivals:,}",
        value=calls / rivals,
        aim=REQUESTS,
    )
    wall, theirs = median(desk.ours, "wall"), median(desk.theirs, "wall") * scale
    yield Figure(
        what=f"{desk.name}, the same: as many times as quick as {desk.rival}",
        seen=f"{wall:.2f} s; {theirs:.2f} s",
        value=theirs / wall,
        aim=TIMES,
        sign="≥",
    )
    yield Figure(
        what=f"{desk.name}, items that are not there exactly once, with their total",
        seen=f"{ITEMS * len(desk.ours):,} items",
        value=desk.amiss,
        aim=0,
        unit="",
    )


def publishing() -> tuple[str, bool]:
    """The table, and whether everything in it was reached."""
    found: list[Figure] = []
    with stand_ins() as ledgers:
        for vendor in RIVALS:
            desk = Desk(office=office(ledgers, vendor))
            for number in range(ROUNDS):
                desk.take_turns(number)
            found += figures(desk)
    told = (
        f"The ledgers answer each call {DELAY_MS} ms late. Of two things seen, ours is first. "
        f"Ours is {ITEMS:,} items without files, from the command until the last is stored as "
        f"published, on SQLite; a rival's is {THEIRS} bills one by one, times {ITEMS // THEIRS}. "
        f"Median of {ROUNDS} rounds, interleaved."
    )
    return f"{table(found)}\n\n{told}", not any(figure.is_missed for figure in found)
