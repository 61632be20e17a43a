"""One company's counter: questions and changes, as many in a call as QuickBooks takes."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from zlib import crc32

from providers.errors import (
    Lack,
    Missing,
    NotPermitted,
    OutcomeUnknown,
    Problem,
    ProviderError,
    Rejected,
    TryAgain,
    WireMismatch,
)
from providers.quickbooks import batches, tax_codes
from providers.quickbooks.desk_shapes import Answers, Found, Kept, Made, One, Response
from providers.quickbooks.errors import faults
from providers.quickbooks.refusals import catalogued
from providers.quickbooks.tax_codes import TaxTable
from providers.session import ProviderSession

MINOR_VERSION = "75"
PAGE = 1000  # the most that a query gives
# Intuit makes the changes of a batch one after another and cuts what takes longer than 120 s. To
# leave earlier would be to look for documents that are still being made.
_PATIENCE = timedelta(seconds=125)
_BY_BODY = frozenset({"create", "update"})  # an object without an id, and with one
_ALONE = 4  # so many queries go side by side; more of them are worth one of the scarce batches


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One operation: `create`, `update`, `delete` or `void` of an object of this kind."""

    operation: str
    source: str
    body: dict[str, Any]


def batch_id(key: str, *parts: str) -> str:
    """The `requestid` of a call for exactly these parts; with a key of 40 letters it has 49."""
    return f"{key}-{crc32(' | '.join(parts).encode()):08x}"


def quoted(values: Iterable[str]) -> str:
    """A list of strings in Intuit's query language."""
    escaped = (value.replace("\\", "\\\\").replace("'", "\\'") for value in values)
    return ", ".join(f"'{value}'" for value in escaped)


@dataclass(kw_only=True, slots=True)
class Desk:
    """Lists are looked at once for as long as a company's books are open to us."""

    session: ProviderSession
    realm: str
    _taxes: TaxTable | None = field(default=None, init=False)
    _cards: dict[str, bool] = field(default_factory=dict, init=False)

    async def tax_table(self) -> TaxTable:
        """The company's tax codes, the inactive among them."""
        if self._taxes is None:
            everything = f"WHERE Active IN (true, false) MAXRESULTS {PAGE}"
            codes, rates = await self.ask(
                [f"SELECT * FROM {each} {everything}" for each in ("TaxCode", "TaxRate")]  # noqa: S608  # names are ours
            )
            self._taxes = tax_codes.table(codes.TaxCode or (), rates.TaxRate or ())
        return self._taxes

    async def ask(self, statements: Sequence[str]) -> Sequence[Found]:
        """The answers to queries, in their order."""
        if len(statements) <= _ALONE:
            return await asyncio.gather(*(self._ask(each) for each in statements))
        parts = [
            await self._ask_together(statements[start : start + batches.MOST_QUERIES])
            for start in range(0, len(statements), batches.MOST_QUERIES)
        ]
        return [found for part in parts for found in part]

    async def read(self, source: str, remote_id: str) -> Kept | None:
        """A document as it is now; None where it is gone."""
        try:
            answer: One = await self.session.get(
                self._path(f"{source.lower()}/{quote(remote_id, safe='')}"),
                params={"minorversion": MINOR_VERSION},
                shape=One,
            )
        except Missing:
            return None
        row: Kept | None = getattr(answer, source)
        return None if row is None or (row.status or "").lower() == "deleted" else row

    async def change(self, changes: Sequence[Change], request_id: str) -> list[Made | None]:
        """Make changes in one call, each with an answer of its own, None where it has none.

        Raises OutcomeUnknown where some may have been made, and what else came in between.
        """
        items = [
            {"bId": str(number), "operation": each.operation, each.source: each.body}
            for number, each in enumerate(changes)
        ]
        answers: Answers = await self.session.post(
            self._path("batch"),
            json={"BatchItemRequest": items},
            params={"minorversion": MINOR_VERSION, "requestid": request_id},
            batch=True,
            deadline=_PATIENCE,
            shape=Answers,
        )
        by_number = {item.number: item for item in answers.BatchItemResponse}
        return [by_number.get(str(number)) for number in range(len(changes))]

    async def change_one(self, change: Change, request_id: str) -> One:
        """Make a change by itself, which costs none of the scarce batches.

        Raises Outdated, Rejected with catalogued problems, and OutcomeUnknown.
        """
        operation = {} if change.operation in _BY_BODY else {"operation": change.operation}
        try:
            answer: One = await self.session.post(
                self._path(change.source.lower()),
                json=change.body,
                params={"minorversion": MINOR_VERSION, "requestid": request_id, **operation},
                shape=One,
            )
        except (Rejected, Missing) as error:
            raise Rejected(str(error), problems=catalogued(error.problems)) from error
        except NotPermitted as error:
            if error.lack is not Lack.PLAN:
                raise
            told = Problem(code="QBO_FEATURE", text=f"It takes {error.needed}.")
            raise Rejected(str(error), problems=(told,)) from error
        return answer

    async def is_card(self, account: str) -> bool:
        """Whether an account is a credit card's, which QuickBooks wants to be told apart."""
        if account not in self._cards:
            statement = f"SELECT * FROM Account WHERE Id IN ({quoted([account])})"  # noqa: S608  # quoted
            (found,) = await self.ask([statement])
            types = {row.AccountType for row in found.Account or ()}
            self._cards[account] = "Credit Card" in types
        return self._cards[account]

    def trouble(self, made: Made | None) -> ProviderError | None:
        """What a part of an answer says against it; None where it was made.

        Raises nothing. Rejected where the change itself is refused, its problems catalogued.
        """
        if made is None:
            return OutcomeUnknown("no answer to this one")
        fault = made.Fault or made.fault
        if not fault:
            return None
        now = self.session.surroundings.now()
        error = batches.fault_of(made, now, "POST batch")
        if isinstance(error, Rejected | Missing | WireMismatch) or _is_of_the_plan(error):
            return Rejected("refused", problems=catalogued(faults({"Fault": fault})))
        if type(error) is TryAgain:
            return OutcomeUnknown(str(error))
        return error

    async def _ask(self, statement: str) -> Found:
        """By POST, which has room for long statements."""
        answer: Response = await self.session.post(
            self._path("query"),
            content=statement.encode(),
            headers={"content-type": "application/text"},
            params={"minorversion": MINOR_VERSION},
            repeatable=True,
            shape=Response,
        )
        return answer.QueryResponse

    async def _ask_together(self, statements: Sequence[str]) -> list[Found]:
        items = [{"bId": str(n), "Query": each} for n, each in enumerate(statements)]
        answers: Answers = await self.session.post(
            self._path("batch"),
            json={"BatchItemRequest": items},
            params={"minorversion": MINOR_VERSION},
            repeatable=True,
            batch=True,
            shape=Answers,
        )
        by_number = {item.number: item for item in answers.BatchItemResponse}
        return [self._found(by_number.get(str(number))) for number in range(len(items))]

    def _found(self, item: Made | None) -> Found:
        error = self.trouble(item)
        if error is not None:
            raise error
        if item is None or item.QueryResponse is None:
            raise WireMismatch(path="$.BatchItemResponse", wanted="an answer to every query")
        return item.QueryResponse

    def _path(self, path: str) -> str:
        return f"/v3/company/{self.realm}/{path}"


def _is_of_the_plan(error: ProviderError | None) -> bool:
    """Whether the plan lacks what this one needs; a lapsed subscription is about all of them."""
    return isinstance(error, NotPermitted) and error.lack is Lack.PLAN
