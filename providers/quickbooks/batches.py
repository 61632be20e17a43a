"""Many queries in one call to QuickBooks, and what came of each."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from providers.answers import Answer
from providers.errors import ProviderError, WireMismatch
from providers.quickbooks.book_shapes import BatchAnswer, BatchItem, ChangesAnswer, EntityRows
from providers.quickbooks.errors import faults, translate
from providers.quickbooks.reading import PAGE, Ask, Reading
from providers.quickbooks.wire import instant

MOST_QUERIES = 30  # Intuit recommends no more in one batch
MOST_ROWS = 6_000  # of one batch: an answer has to fit into memory, and another is on its way
MOST_CHANGES = 1_000  # change data capture lists no more and says nothing
OVERLAP = timedelta(minutes=5)  # what is written while Intuit answers is met next time

_FIELDS = {"Item": "*, Sku"}  # the star leaves the stock-keeping unit out
_NAMES = frozenset(  # lists that hide what is inactive unless it is asked for
    {
        "Account",
        "Class",
        "Customer",
        "Department",
        "Employee",
        "Item",
        "TaxCode",
        "TaxRate",
        "Vendor",
    }
)


def plan(readings: Iterable[Reading]) -> list[Ask]:
    """The queries of the next batch, earlier readings first."""
    asks: list[Ask] = []
    weight = 0
    for reading in readings:
        while len(asks) < MOST_QUERIES:
            ask = reading.wants()
            if ask is None or weight + ask.weight > MOST_ROWS:
                break
            reading.asked(ask)
            asks.append(ask)
            weight += ask.weight
    return asks


def statement(ask: Ask) -> str:
    """The query in Intuit's language."""
    where = " WHERE Active IN (true, false)" if ask.entity in _NAMES else ""
    if ask.start is None:
        return f"SELECT COUNT(*) FROM {ask.entity}{where}"  # noqa: S608  # names are ours
    fields = _FIELDS.get(ask.entity, "*")
    return (
        f"SELECT {fields} FROM {ask.entity}{where} "  # noqa: S608  # names are ours
        f"ORDERBY Id STARTPOSITION {ask.start} MAXRESULTS {PAGE}"
    )


def request(asks: Sequence[Ask]) -> dict[str, Any]:
    """The body of a batch; its items are numbered from 0."""
    return {
        "BatchItemRequest": [
            {"bId": str(number), "Query": statement(ask)} for number, ask in enumerate(asks)
        ]
    }


def answered(asks: Sequence[Ask], answer: BatchAnswer) -> list[tuple[Ask, BatchItem]]:
    """Every query with its answer. Raises WireMismatch where one has none."""
    by_number = {item.number: item for item in answer.BatchItemResponse}
    try:
        return [(ask, by_number[str(number)]) for number, ask in enumerate(asks)]
    except KeyError as missing:
        raise WireMismatch(
            path=f"$.BatchItemResponse[bId={missing.args[0]}]", wanted="an answer to every query"
        ) from None


def fault_of(part: Any, at: datetime, operation: str) -> ProviderError | None:
    """What a fault inside an answer means: the same as if it were the whole answer."""
    fault = _fault(part)
    if not fault:
        return None
    kind = str(fault.get("type", "")).lower() if isinstance(fault, dict) else ""
    body = msgspec.json.encode({"Fault": fault})
    error = translate(Answer(status=_status(kind), headers={}, body=body, at=at))
    if error is not None:
        error.provider, error.operation = "quickbooks", operation
    return error


def is_lapsed(item: BatchItem) -> bool:
    """Whether a fault is about the company's subscription and not about what was asked."""
    return any(problem.code == "6190" for problem in faults({"Fault": _fault(item)}))


def moment(text: str) -> datetime:
    """Intuit's clock. Raises WireMismatch where it is not told."""
    at = instant(text)
    if at is None:
        raise WireMismatch(path="$.time", wanted="an instant")
    return at


def rows_of(found: EntityRows, entity: str) -> list[Any]:
    """The rows of one entity; an answer without any lacks the name altogether."""
    return getattr(found, entity) or []


def changes(
    answer: ChangesAnswer, entities: Sequence[str]
) -> tuple[dict[str, list[Any]], frozenset[str]]:
    """What changed by entity, and the entities of which there may be more.

    It is not documented whether 1,000 is the most of one entity or of all. An answer with more
    in all shows that entities are cut one by one; with exactly as many, any may be cut.
    """
    at = moment(answer.time)
    found: dict[str, list[Any]] = {entity: [] for entity in entities}
    for one in answer.CDCResponse:
        for part in (one, *(one.QueryResponse or ())):
            error = fault_of(part, at, "GET cdc")
            if error is not None:
                raise error
        for rows in one.QueryResponse or ():
            for entity in entities:
                found[entity] += rows_of(rows, entity)
    total = sum(len(rows) for rows in found.values())
    if total == MOST_CHANGES:
        return found, frozenset(entities)
    return found, frozenset(name for name, rows in found.items() if len(rows) >= MOST_CHANGES)


def _fault(part: Any) -> Any:
    """Of an item, of the answer inside it, or of a set of changes, in either spelling."""
    inner = part.QueryResponse if isinstance(part, BatchItem) else None
    return part.Fault or part.fault or (_fault(inner) if inner is not None else None)


def _status(kind: str) -> int:
    """The HTTP status that goes with a type of fault; Intuit misspells one of the types."""
    if kind.startswith("authent"):
        return 401
    if kind.startswith("authoriz"):
        return 403
    return 500 if kind.startswith(("system", "service")) else 400
