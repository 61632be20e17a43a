"""The calls of the accounting API that write, from the body to what was saved of it."""

import json
from collections.abc import Callable

from starlette.responses import Response

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.editing import Told
from bot.sandbox.ledgers.faults import AFTER, REFUSED, Fault
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.wire import json_bytes
from bot.sandbox.ledgers.xero import wire
from bot.sandbox.ledgers.xero.gate import Call, Gate
from bot.sandbox.ledgers.xero.keeping.documents import Drafting
from bot.sandbox.ledgers.xero.reading import answers
from bot.sandbox.ledgers.xero.reading.lists import Listing
from bot.sandbox.ledgers.xero.reading.render import as_json, rounded_units
from bot.sandbox.ledgers.xero.reading.resources import Resource, plural
from bot.sandbox.ledgers.xero.writing import characters, elements
from bot.sandbox.ledgers.xero.writing.accounts import delete_account, write_account
from bot.sandbox.ledgers.xero.writing.bank import write_bank_transaction
from bot.sandbox.ledgers.xero.writing.contacts import write_contact
from bot.sandbox.ledgers.xero.writing.documents import write_credit_note, write_invoice
from bot.sandbox.ledgers.xero.writing.elements import Outcome
from bot.sandbox.ledgers.xero.writing.manual_journals import write_manual_journal
from bot.sandbox.ledgers.xero.writing.memory import Memory
from bot.sandbox.ledgers.xero.writing.payments import write_payment
from bot.sandbox.ledgers.xero.writing.rules import Rules
from bot.sandbox.ledgers.xero.writing.sitting import Absent, Invalid, Sitting

Writer = Callable[[Sitting, Fields, str | None], Row]
WRITERS: dict[str, Writer] = {
    "Invoices": write_invoice,
    "CreditNotes": write_credit_note,
    "BankTransactions": write_bank_transaction,
    "Payments": write_payment,
    "Contacts": write_contact,
    "Accounts": write_account,
    "ManualJournals": write_manual_journal,
}
_ONE_AT_A_TIME = frozenset({"Accounts"})
FINE, COARSE = 4, 2


class WritingApi:
    """`told` hears what was changed."""

    def __init__(self, gate: Gate, *, told: Told) -> None:
        self._gate = gate
        self._told = told
        self._memory = Memory(gate.now)

    async def answer(self, call: Call, resource: Resource) -> Response:
        """Raises `Problem`; what was done stays done when the answer is lost."""
        return await self.once(call, lambda body: self._write(call, resource, body))

    async def once(self, call: Call, act: Callable[[bytes], Response]) -> Response:
        """Do it, or repeat what was answered to the same idempotency key."""
        request, app, tenant = call.request, call.consent.client_id, call.books.key
        body = await request.body()
        response = self._memory.recall(request, app, tenant, body)
        if response is None:
            call.books.finish()
            with call.books.watched() as changes:
                response = act(body)
            call.books.made_by_apps |= {each.row.id for each in changes if each.is_new}
            self._told(call.books, changes)
            self._memory.keep(request, app, tenant, body, response)
        await self._gate.lose(call)
        armed = self._gate.faults.take(AFTER, organisation=call.books.key, resource=call.resource)
        if armed is not None and armed.fault is Fault.MALFORMED_BODY:
            content = bytes(response.body)
            return Response(content[: len(content) // 2], media_type="application/json")
        return response

    def sitting(self, call: Call) -> Sitting:
        fine = call.request.query_params.get("unitdp") == str(FINE)
        return Sitting(
            books=call.books,
            drafting=Drafting(call.books),
            rules=Rules(call.books, decimals=FINE if fine else COARSE),
            at=self._gate.now(),
            creates=call.request.method == "PUT",
        )

    def _write(self, call: Call, resource: Resource, body: bytes) -> Response:
        writer = WRITERS.get(resource.name)
        wanted = call.request.path_params.get("id")
        if call.request.method == "DELETE" and resource.name == "Accounts":
            return self._delete_account(call, resource, str(wanted))
        if writer is None or call.request.method == "DELETE":
            raise wire.not_implemented()
        typed = elements.read(call.request, body, plural(resource))
        asked = call.request.query_params.get("summarizeErrors", "").casefold()
        all_or_none = asked != "false" or resource.name in _ONE_AT_A_TIME
        sitting = self.sitting(call)
        armed = self._gate.faults.take(REFUSED, organisation=call.books.key, resource=call.resource)
        with call.books.attempt() as take_back:
            if armed is not None:
                words = (str(armed.options.get("text", "")),)
                outcomes = [Outcome(typed=each, messages=words) for each in typed]
            else:
                outcomes = [_tried(sitting, writer, each, wanted) for each in typed]
            if all_or_none and any(each.messages for each in outcomes):
                take_back()
                return self._refused(call, resource, outcomes)
        return self._answered(call, resource, outcomes, told_each=not all_or_none)

    def _delete_account(self, call: Call, resource: Resource, wanted: str) -> Response:
        row = call.books.get("Accounts", wanted.casefold())
        if row is None:
            raise wire.not_found()
        try:
            gone = Outcome(typed={}, row=delete_account(self.sitting(call), row))
        except Invalid as reason:
            outcome = Outcome(typed={"AccountID": row.id}, messages=reason.messages)
            return self._refused(call, resource, [outcome])
        return self._answered(call, resource, [gone], told_each=False)

    def _refused(self, call: Call, resource: Resource, outcomes: list[Outcome]) -> Response:
        key = call.books.table(resource.name).key
        wrong = [elements.invalid(resource, key, each) for each in outcomes if each.messages]
        return elements.refused(call.request, wrong)

    def _answered(
        self, call: Call, resource: Resource, outcomes: list[Outcome], *, told_each: bool
    ) -> Response:
        fine = call.request.query_params.get("unitdp") == str(FINE)
        rows = [_told(call.books, resource, each, told_each=told_each) for each in outcomes]
        listing = Listing(rows=rows if fine else [rounded_units(row) for row in rows])
        content = answers.body(resource, listing, now=self._gate.now())
        return answers.answer(call.request, content)


def _tried(sitting: Sitting, writer: Writer, typed: Fields, wanted: str | None) -> Outcome:
    """What cannot be taken leaves nothing behind."""
    try:
        characters.readable(typed)
        with sitting.books.attempt():
            return Outcome(typed=typed, row=writer(sitting, typed, wanted))
    except Invalid as reason:
        return Outcome(typed=typed, messages=reason.messages)
    except Absent as reason:
        raise wire.not_found() from reason


def _told(books: Books, resource: Resource, outcome: Outcome, *, told_each: bool) -> bytes:
    if outcome.row is None:
        wrong = elements.invalid(resource, books.table(resource.name).key, outcome)
        return json_bytes({**wrong, "StatusAttributeString": "ERROR"})
    wire_row = as_json(resource, books, outcome.row)
    if not told_each:
        return wire_row
    return json_bytes({**json.loads(wire_row), "StatusAttributeString": "OK"})
