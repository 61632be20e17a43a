"""A client whose bookkeeping is connected, with a few entries on its lists."""

from dataclasses import dataclass, replace
from typing import Any

from bot.slack.forms import Origin, form_view
from bot.slack.render import message
from commands import registry
from commands.clients.names import name_key
from commands.publishing.coding import Coded
from commands.publishing.readiness.readiness import assess
from commands.replies import Answer, Form, Reply
from providers.gateway import LedgerGateway, configure, open_http
from providers.provider import Credentials
from providers.records import ListKind
from storage.identity import new_id
from storage.models import Client, Connection, Item, ItemState, ListEntry, Rule
from storage.queries import publishing
from storage.tokens import GrantTokens
from tests.builders import NOW, WORKSPACE, a_connection, a_grant, an_organisation, save
from tests.commands.practice import ANA, Nobody, Practice, buttons, words
from tests.conftest import Clock

ENTRIES: dict[ListKind, tuple[dict[str, Any], ...]] = {
    ListKind.ACCOUNTS: (
        {"remote_id": "a-429", "code": "429", "name": "General Expenses"},
        {"remote_id": "a-461", "code": "461", "name": "Printing"},
    ),
    ListKind.TAX_RATES: (
        {"remote_id": "t-20", "name": "20% (VAT on Expenses)", "details": {"on_costs": True,
         "on_sales": False}},
        {"remote_id": "t-s20", "name": "20% (VAT on Income)", "details": {"on_costs": False,
         "on_sales": True}},
    ),
    ListKind.CONTACTS: (
        {"remote_id": "c-pens", "name": "Paper & Pens", "details": {"is_supplier": True}},
        {"remote_id": "c-bay", "name": "Bayside Club", "details": {"is_customer": True}},
    ),
    ListKind.TRACKING: (
        {"remote_id": "r:north", "name": "North", "record": "tracking_option",
         "details": {"category_id": "r", "category_name": "Region"}},
        {"remote_id": "r:south", "name": "South", "record": "tracking_option",
         "details": {"category_id": "r", "category_name": "Region"}},
    ),
    ListKind.BANK_ACCOUNTS: (
        {"remote_id": "b-current", "name": "Business Account", "details": {"number": "4321"}},
    ),
}  # fmt: skip


@dataclass(slots=True)
class Desk:
    """What people say and press about one client; every answer is drawn for Slack."""

    practice: Practice
    client: Client
    connection: Connection
    clock: Clock

    async def say(self, text: str, *, by: str = ANA) -> Answer:
        return drawn(await self.practice.say(by, text))

    async def press(self, answer: Any, label: str, *, by: str = ANA, nth: int = 0) -> Answer:
        found = [does for named, does in pressable(answer) if named == label]
        return drawn(await self.practice.press(by, found[nth]))

    async def submit(self, form: Answer, *, by: str = ANA, **values: str) -> Answer:
        """With what is filled in already, as Slack sends it."""
        assert isinstance(form, Form), words(form)
        return drawn(await self.practice.submit(by, form, **(filled_in(form) | values)))

    async def change(self, group: str, **values: str) -> Answer:
        """One group of the Settings page."""
        page = await self.say("settings acme")
        place = [words_of(part).strip("*").split("*")[0] for part in beside(page)].index(group)
        return await self.submit(await self.press(page, "Change", nth=place), **values)

    async def archive(self, remote_id: str, **over: Any) -> None:
        async with self.practice.database.begin() as session:
            for kind in ENTRIES:
                entry = await session.get(ListEntry, (self.connection.id, kind, remote_id))
                if entry is not None:
                    for name, value in ({"active": False} | over).items():
                        setattr(entry, name, value)

    async def has_item(self, supplier: str = "Paper & Pens", **over: Any) -> Item:
        item = Item(
            **{
                "id": new_id(), "workspace_id": WORKSPACE, "client_id": self.client.id,
                "state": ItemState.TO_REVIEW, "owner": ANA, "source": "upload", "title": "a.pdf",
                "submitted_at": self.clock(), "supplier": supplier,
                "supplier_key": name_key(supplier), "read": {"supplier": {"value": supplier}},
            }
            | over
        )  # fmt: skip
        await save(self.practice.database, item)
        return item

    async def due(self) -> set[str]:
        """Titles of the items that are to be looked at again; then none is."""
        async with self.practice.database.begin() as session:
            found = await publishing.latest_of_supplier(
                session, WORKSPACE, self.client.id, name_key("Paper & Pens")
            )
            due = {item.title for item in found if item.due_at is not None}
            for item in found:
                item.due_at = None
        return due

    async def account_of(self, item: Item) -> str | None:
        """Where it would be posted now."""
        async with self.practice.database.read() as session:
            judged = await assess(session, self.practice.tools, item)
        return judged.coding.get(Coded.ACCOUNT)

    async def rules(self) -> list[Rule]:
        async with self.practice.database.read() as session:
            return list(await publishing.rules(session, WORKSPACE, self.client.id))


async def a_desk(practice: Practice, clock: Clock, *, software: str = "xero", **over: Any) -> Desk:
    """Acme Ltd, connected; `over` is the organisation's."""
    registry.discover()
    http = open_http(transport=Nobody())
    credentials = Credentials(client_id="our-app", client_secret="our-secret")
    gateway = LedgerGateway(
        http=http,
        configured={key: configure(key, credentials) for key in ("xero", "quickbooks")},
        tokens=GrantTokens(practice.database, practice.tools.vault, now=clock),
        now=clock,
    )
    practice.tools = replace(practice.tools, gateway=gateway)
    [client] = await practice.has("Acme Ltd")
    organisation = an_organisation(provider=software, **over)
    grant = a_grant(provider=software)
    await save(practice.database, organisation, grant)
    connection = a_connection(client, organisation, grant, lists_read_at=NOW)
    await save(practice.database, connection)
    await save(
        practice.database,
        *(_entry(connection, kind, each) for kind, some in ENTRIES.items() for each in some),
    )
    return Desk(practice=practice, client=client, connection=connection, clock=clock)


def _entry(connection: Connection, kind: ListKind, told: dict[str, Any]) -> ListEntry:
    search_key = f"{told['name']} {told.get('code') or ''}".strip().casefold()
    return ListEntry(
        **{
            "workspace_id": WORKSPACE, "connection_id": connection.id, "kind": kind,
            "record": "entry", "digest": "0", "run_id": "0", "first_seen_at": NOW,
            "search_key": search_key,
        }
        | told
    )  # fmt: skip


def filled_in(form: Form) -> dict[str, str]:
    """What Slack would send of a form that nobody touches."""
    found = {}
    for each in form.fields:
        initial = getattr(each, "initial", None)
        if isinstance(initial, tuple):
            found[each.name] = ",".join(option.value for option in initial)
        elif initial is not None:
            found[each.name] = getattr(initial, "value", initial)
    return {name: str(value) for name, value in found.items() if value != ""}


def pressable(answer: Any) -> list[tuple[str, Any]]:
    """(label, what it does) in the order of the page, menus included."""
    assert isinstance(answer, Reply), words(answer)
    return [pair for part in answer.parts for pair in buttons(Reply(parts=(part,))).items()]


def beside(answer: Answer) -> list[Any]:
    assert isinstance(answer, Reply)
    return [part for part in answer.parts if "Change" in dict(pressable(Reply(parts=(part,))))]


def words_of(part: Any) -> str:
    return words(Reply(parts=(part,)))


def drawn(answer: Answer) -> Answer:
    """The same, having been drawn for Slack."""
    if isinstance(answer, Form):
        form_view(answer, Origin())
    elif isinstance(answer, Reply):
        message(answer)
    return answer
