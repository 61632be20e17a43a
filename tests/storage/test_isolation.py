"""Nobody reaches across workspaces through any query (F27, the half of the storage)."""

import asyncio
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

import storage.queries
from providers.books import DocumentKind
from storage.database import Database
from storage.identity import new_id
from storage.models import (
    ApprovalWorkflow,
    Card,
    Connection,
    Digest,
    Entity,
    ListEntry,
    PaymentMethod,
    Purpose,
    Role,
    Rule,
    WeeklyDigest,
    Workspace,
)
from storage.queries import findings, items
from storage.queries.item_files import NewFile
from storage.queries.overviews import Having, Order, Wanted
from tests.builders import NOW, a_workspace
from tests.storage.whole_practice import SAME, WholePractice

EXAMPLES, STEPS = 30, 50  # on each of two databases

# What is asked without a workspace: by jobs, for all workspaces; with an unguessable id or secret
# that came from a row; or of something that belongs to nobody.
UNSCOPED = {
    "access": {"overdue"},
    "allowances": {"look", "purge", "replace"},
    "claims": {"by_id", "due"},
    "connections": {"by_id", "due_erasures"},
    "deliveries": {"forget", "is_new", "purge", "record"},
    "copied": {"has", "of_source", "page"},  # of an organisation that came from a row
    "detachments": {"claim", "done", "due", "postpone"},
    "digests": {"due"},
    "grants": {
        "by_id",
        "claim_probe",
        "ending",
        "expire_connections",
        "fitting",
        "forget_shut",
        "lost_untold",
        "open_again",
        "orphaned",
        "proven",
        "release",
        "settle",
        "shut",
        "take_lease",
        "tell_lost",
        "unproven",
    },
    "freshness": {"stuck"},
    "handlings": {"waking"},
    "health": {"claim", "due", "extend", "hold", "release"},
    "imports": {"claim", "due", "fail", "finish", "hold", "release"},
    "intake": {"claim", "due", "extend", "held"},
    "known": {"digests"},
    "ledger": {"absent", "forget_walk", "mark_gone", "met", "store"},
    "line_accounts": {"completed", "names_by_code", "of_codes", "of_lines", "of_products"},
    "outbox": {"claim", "give_up", "next_due", "purge", "put_off", "sent", "unsent", "waiting"},
    "postings": {"store"},
    "publications": {"claim", "due", "has_steps", "hold", "is_there", "refusals"},
    "secrets": {"on_old_keys", "reseal"},
    "setbacks": {"every", "forget", "note", "purge"},
    "syncs": {
        "claim",
        "due",
        "extend",
        "fail",
        "finish",
        "hold",
        "nudge",
        "nudged",
        "release",
        "save_stream",
    },
    "tickets": {"by_id", "by_link", "by_state", "close", "consume", "expired", "open_link"},
    "weekly": {"due"},
    "workspaces": {"installed"},
}
CREATES = {
    "audit.append",
    "claims.open_one",
    "clients.add",
    "digests.mark",
    "findings.replace",
    "health.choose",
    "item_files.append",
    "items.add",
    "lists.save",
    "organisations.upsert",
    "outbox.append",
    "people.assign",
    "people.see",
    "publishing.hold_choices",
    "workspaces.ensure",
    "workspaces.find",  # which finds the empty one
}
TAKES_DOWN = {
    "audit.append",
    "health.choose",
    "organisations.upsert",
    "people.see",
}  # any id, as its own knowledge


def queries() -> Iterator[tuple[str, Callable[..., Any]]]:
    """{area.name: function} of every public query."""
    for module in pkgutil.iter_modules(storage.queries.__path__):
        if module.name in {"statements", "entered_there"}:  # parts of queries
            continue
        area = import_module(f"storage.queries.{module.name}")
        for name, function in inspect.getmembers(area, inspect.isfunction):
            if function.__module__ == area.__name__ and not name.startswith("_"):
                yield f"{module.name}.{name}", function


SCOPED = {
    name: function
    for name, function in queries()
    if "workspace_id" in inspect.signature(function).parameters
}


def _entries() -> list[ListEntry]:
    entry = ListEntry(
        workspace_id="",
        connection_id="",
        kind="accounts",
        remote_id="shared",
        record="account",
        name="Overwritten",
        digest="1",
        run_id="1",
        first_seen_at=NOW,
    )
    return [entry]


VALUES: dict[str, st.SearchStrategy[Any]] = {  # a parameter of a new name needs a line here
    "action": st.just("client.renamed"),
    "actor": st.just("U01ANA"),
    "after": st.none(),
    "approved": st.booleans(),
    "asked_by": st.none() | st.just("U01ANA"),
    "assignee": st.none() | st.just("U01ANA"),
    "archived": st.none() | st.booleans(),
    "at": st.just(NOW + timedelta(days=1)),
    "before": st.none(),
    "by": st.just("U01ANA"),
    "card": st.just("shared"),
    "channel_id": st.just("C0SHARED"),
    "here": st.just("C0SHARED"),
    "code": st.just(SAME["code"]),
    "correlation_id": st.none(),
    "day": st.dates(),
    "currency": st.just("GBP"),
    "digest": st.just("0"),
    "digests": st.just(["0", "1"]),
    "files": st.just([NewFile(name="a", mime="", content=b"1")]),
    "generation": st.just(1),
    "number": st.none() | st.just("1"),
    "of": st.sampled_from([Digest, WeeklyDigest]),
    "owner": st.none() | st.just("U01ANA"),
    "position": st.just(0),
    "positions": st.none() | st.just([0]),
    "shelf": st.sampled_from(items.Shelf),
    "side": st.just("cost"),
    "sides": st.none() | st.just(["cost"]),
    "sort": st.sampled_from(items.Order),
    "source": st.just("form"),
    "supplier_key": st.none() | st.just("acme"),
    "title": st.just("Acme"),
    "unless_since": st.just(NOW),
    "total": st.none() | st.just(Decimal(1)),
    "due_at": st.just(NOW),
    "ends": st.just(NOW.date()),
    "entries": st.builds(_entries),
    "fingerprint": st.just(SAME["fingerprint"]),
    "fingerprints": st.just([SAME["fingerprint"], "1"]),
    "first": st.just("U01ANA"),
    "first_seen_from": st.just(NOW),
    "first_role": st.sampled_from(Role),
    "found": st.just({}),
    "fact": st.just("Type"),
    "having": st.none() | st.just("is_supplier"),
    "inactive": st.booleans(),
    "is_guest": st.booleans(),
    "kind": st.just("accounts"),
    "lacking": st.none() | st.just("is_closed"),
    "kinds": st.just([DocumentKind.BILL]),
    "past": st.booleans(),
    "limit": st.integers(1, 50),
    "lock": st.booleans(),
    "lock_date": st.none() | st.dates(),
    "name": st.just("Acme"),
    "name_key": st.just("acme"),
    "next_at": st.just(NOW + timedelta(days=1)),
    "now": st.just(NOW + timedelta(days=1)),
    "of_kind": st.none() | st.just(findings.Kind("Type", "acme")),
    "offset": st.just(0),
    "order": st.sampled_from(findings.Order),
    "payload": st.just({"text": "hello"}),
    "place": st.none(),
    "provider": st.just("xero"),
    "purpose": st.sampled_from(Purpose),
    "recipient": st.just("C0SHARED"),
    "remote_ids": st.just(["shared"]),
    "roles": st.just(list(Role)),
    "run_id": st.sampled_from(["0", "1"]),
    "search": st.sampled_from(["", "acme", "a"]),
    "shown": st.sampled_from(findings.Shown),
    "since": st.just(NOW.date()),
    "stale_before": st.just(NOW),
    "starts": st.just(NOW.date()),
    "text": st.sampled_from(["", "acme", "a"]),
    "time_zone": st.just("UTC"),
    "today": st.just(NOW.date()),
    "until": st.just(NOW + timedelta(days=7)),
    "wanted": st.builds(
        Wanted,
        having=st.sampled_from(Having),
        text=st.sampled_from(["", "acme"]),
        order=st.sampled_from(Order),
        only=st.none(),
    ),
    "what": st.just("not automatic"),
    "year_end_lock_date": st.none() | st.dates(),
}


def words(found: object) -> Iterator[str]:
    """Every text within what a query answered."""
    if isinstance(found, Entity):
        known = vars(found)  # without what was deferred
        yield from words([known.get(column.name) for column in found.__table__.columns])
    elif isinstance(found, str):
        yield found
    elif isinstance(found, Mapping):
        yield from words([*found, *found.values()])
    elif isinstance(found, Iterable) and not isinstance(found, bytes):
        for one in found:
            yield from words(one)


class TwoPractices(RuleBasedStateMachine):
    """Each asks with its own name for whatever there is, its own and the other's ids alike."""

    def __init__(self, database: Database, runner: asyncio.Runner) -> None:
        super().__init__()
        self.database = database
        self.run = runner.run
        self.practices = [f"T{new_id()}" for _ in range(2)]
        self.empty = f"T{new_id()}"
        self.ids: dict[str, list[str]] = {}
        self.connections: list[Connection] = []
        self.run(self.save(a_workspace(id=w) for w in [*self.practices, self.empty]))
        for practice in self.practices:
            self.run(self.grow(practice))

    async def save(self, entities: Iterable[Entity]) -> None:
        async with self.database.begin() as session:
            session.add_all(entities)

    async def grow(self, practice: str, name_key: str = "acme") -> None:
        rows = WholePractice(practice, name_key).rows()
        await self.save(rows)
        for row in rows:
            if isinstance(row, Connection):
                self.connections.append(row)
            for name in ("id", "tenant_id"):
                value = getattr(row, name, None)
                if isinstance(value, str):
                    self.ids.setdefault(value.split("-")[1], []).append(value)
        if await self.missing_card(practice):
            key = {"workspace_id": practice, "recipient": "C0SHARED", "card": "shared"}
            await self.save([Card(**key, channel_id="C0SHARED", ts="1.0", posted_at=NOW)])

    async def missing_card(self, practice: str) -> bool:
        async with self.database.read() as session:
            return await session.get(Card, (practice, "C0SHARED", "shared")) is None

    @rule(which=st.integers(0, 1))
    def a_practice_grows(self, which: int) -> None:
        self.run(self.grow(self.practices[which], name_key=new_id()))

    @rule(which=st.integers(0, 1), query=st.sampled_from(sorted(SCOPED)), data=st.data())
    def a_practice_asks(self, which: int, query: str, data: st.DataObject) -> None:
        asking, other = self.practices[which], self.practices[1 - which]
        given = data.draw(self.arguments(query, asking if query in TAKES_DOWN else ""))
        before = self.run(self.rows_of(other))

        found = self.run(self.ask(asking, query, given))

        assert not [word for word in words(found) if other in word], query
        assert self.run(self.rows_of(other)) == before, query

    @rule(query=st.sampled_from(sorted(SCOPED.keys() - CREATES)), data=st.data())
    def a_practice_without_anything_asks(self, query: str, data: st.DataObject) -> None:
        found = self.run(self.ask(self.empty, query, data.draw(self.arguments(query))))

        assert not (any(found) if isinstance(found, tuple) else found), (
            f"{query} found, counted or changed something that belongs to others"
        )

    async def ask(self, practice: str, query: str, given: dict[str, Any]) -> object:
        try:
            async with self.database.begin() as session:
                answer = SCOPED[query](session, practice, **given)
                return await answer if inspect.isawaitable(answer) else answer
        except IntegrityError:
            return None  # the keys themselves refuse to tie rows of two workspaces

    async def rows_of(self, practice: str) -> list[tuple[Any, ...]]:
        async with self.database.read() as session:
            return [row for table in _owned() for row in await _rows(session, table, practice)]

    def arguments(self, query: str, whose: str = "") -> st.SearchStrategy[dict[str, Any]]:
        parameters = list(inspect.signature(SCOPED[query]).parameters)[2:]
        values = {name: self.values(name, whose) for name in parameters if name != "facts"}
        if query == "organisations.upsert":
            values["name"] = VALUES["name"]
        if query == "publishing.rules":
            values["subject"] = st.none() | st.just("acme")
        return st.fixed_dictionaries(values)

    def values(self, name: str, whose: str) -> st.SearchStrategy[Any]:
        """What a parameter of this name may be; an id is of either practice unless `whose` says."""
        if name in VALUES:
            return VALUES[name]
        ids = {kind: [i for i in known if i.startswith(whose)] for kind, known in self.ids.items()}
        everyone = st.sampled_from([one for known in ids.values() for one in known])
        wide = {
            "connection": st.sampled_from(self.connections),
            "subject_id": everyone,
            "besides": everyone,
            "entity": st.sampled_from([Rule, PaymentMethod, ApprovalWorkflow]),
            "policy_id": everyone,
            "other_id": everyone,
            "only": st.none() | st.lists(everyone, max_size=5),
            "subject": st.tuples(st.just("client"), everyone),
        }
        if name in wide:
            return wide[name]
        some = st.sampled_from(ids[name.removesuffix("s").removesuffix("_id")])
        return st.lists(some, max_size=3) if name.endswith("s") else some


def _owned() -> Iterator[type[Entity]]:
    for mapper in Entity.registry.mappers:
        if "workspace_id" in mapper.columns or mapper.class_ is Workspace:
            yield mapper.class_


async def _rows(
    session: AsyncSession, entity: type[Entity], practice: str
) -> list[tuple[Any, ...]]:
    columns = entity.__table__.columns
    owner = columns["id" if entity is Workspace else "workspace_id"]
    found = await session.execute(select(*columns).where(owner == practice))
    return sorted((tuple(row) for row in found), key=repr)


def test_every_query_asks_whose_rows_it_may_touch() -> None:
    unscoped = {name for name, _ in queries()} - SCOPED.keys()

    assert unscoped == {f"{area}.{name}" for area, names in UNSCOPED.items() for name in names}


def test_no_practice_sees_or_changes_what_another_has(database_url: str) -> None:
    with asyncio.Runner() as runner:
        database = Database.open(database_url)
        try:
            run_state_machine_as_test(
                lambda: TwoPractices(database, runner),
                settings=settings(
                    max_examples=EXAMPLES,
                    stateful_step_count=STEPS,
                    deadline=None,
                    database=None,
                    phases=[Phase.generate],  # the rows of earlier tries stay: nothing to shrink
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(database.close())


@pytest.mark.parametrize("table", sorted(Entity.metadata.tables))
def test_every_table_of_a_practice_says_whose_its_rows_are(table: str) -> None:
    columns = Entity.metadata.tables[table].columns

    owners = {"workspace_id", "organisation_id"}  # an organisation belongs to one workspace
    assert table in {"allowances", "deliveries", "setbacks", "workspaces"} or owners & {
        *columns.keys()
    }
