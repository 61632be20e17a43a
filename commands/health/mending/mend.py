"""Changing the ledger for a person: asked first, looked at before and after, put back if wanted."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.connections.losses import reconnect_button
from commands.context import Context
from commands.errors import Conflict, Refused
from commands.health.check import Finding
from commands.health.mending.mending import amendment_of, kept, kind_of, read, said
from commands.health.mending.refusals import refusal
from commands.health.registry import found as checks
from commands.health.running.held import Found, found, health_button
from commands.health.running.standing import finding as as_finding
from commands.permissions import Permission
from commands.registry import command
from commands.replies import Answer, Button, Buttons, Reply, Style, Words, call
from providers.amendments import AccountInUse, Amended, Amendment
from providers.errors import OutcomeUnknown, ProviderError
from providers.registry import provider
from storage.identity import new_id
from storage.models import Client, Mend, MendState
from storage.queries import findings, health, ledger, mends

WINDOW = timedelta(minutes=10)  # in which a click can be taken back


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A finding and the change that would mend it."""

    own: Found
    code: str
    fingerprint: str
    finding: Finding
    amendment: Amendment

    @property
    def client(self) -> Client:
        return self.own.client

    @property
    def again(self) -> Button:
        does = call("health.findings", client=self.client.id, check=self.code)
        return Button(label="Findings", does=does)


@command("health.mend", permission=Permission.SEE_CLIENT)
async def mend(
    context: Context, *, client: Client, check: str, finding: str, sure: bool = False
) -> Answer:
    """Ask, then change the ledger as the finding's remedy says."""
    async with context.tools.database.read() as session:
        case = await case_of(session, context, client, check, finding)
    if not sure:
        return _asking(case)
    mend_id = await begin(context, case)
    try:
        done = await amend(context, case.own, case.amendment, key=mend_id)
    except ProviderError as error:
        await failed(context, mend_id, error)
        again = _mend_button(case, "Look again", sure=True)
        raise (refusal(case.own, error, again) or error) from error
    await keep(context, case, mend_id, done)
    return _done(case, mend_id, done)


@command("health.unmend", permission=Permission.SEE_CLIENT)
async def unmend(context: Context, *, client: Client, mended: str) -> Answer:
    """Put back what was, within ten minutes."""
    title, own = await put_back(context, client, mended)
    data = {"title": title, "software": own.look.books.software}
    words = Words(template="health/unmended", data=data)
    return Reply(parts=(words, Buttons(items=(health_button(client),))))


async def put_back(context: Context, client: Client, mended: str) -> tuple[str, Found]:
    """What was changed is as it was; what it was about. Raises Conflict, Refused and what the
    vendor raises."""
    async with context.tools.database.read() as session:
        own = await found(session, context, client)
        row = await mends.find(session, context.workspace_id, mended)
    if row is None or row.organisation_id != own.look.organisation.id:
        raise Conflict("health/mend_gone", health_button(client), client=client.name)
    back = read(row.before)
    if row.state != MendState.DONE or back is None:
        raise Conflict("health/unmend_over", health_button(client), title=row.title)
    if context.now > row.at + WINDOW:
        software = own.look.books.software
        raise Refused("health/unmend_late", health_button(client), title=row.title,
                      software=software)  # fmt: skip
    try:
        done = await amend(context, own, back, key=f"{row.id}-undo")
    except ProviderError as error:
        does = call("health.unmend", client=client.id, mended=mended)
        raise (refusal(own, error, Button(label="Look again", does=does)) or error) from error
    await _undone(context, own, mended, done)
    return row.title, own


async def case_of(
    session: AsyncSession, context: Context, client: Client, code: str, fingerprint: str
) -> Case:
    own = await found(session, context, client)
    known = await findings.some(session, *own.look.whose, code, [fingerprint])
    gone = Conflict("health/mend_gone", health_button(client), client=client.name)
    if not known or code not in checks():
        raise gone
    told = as_finding(known[0].body)
    amendment = amendment_of(told)
    if amendment is None:
        raise gone
    declared = provider(own.look.organisation.provider)
    if kind_of(amendment) not in declared.capabilities.amendments:
        raise Refused("health/mend_unsupported", health_button(client), software=declared.name)
    if not own.connection.is_usable or own.connection.grant_id is None:
        raise Refused(
            "health/mend_disconnected",
            reconnect_button(own.connection, Style.PRIMARY),
            client=client.name,
            software=declared.name,
        )
    return Case(own=own, code=code, fingerprint=fingerprint, finding=told, amendment=amendment)


def _asking(case: Case) -> Reply:
    assert case.finding.remedy is not None
    words = Words(template="health/mending", data=facts_of(case.own, case.finding, case.amendment))
    yes = _mend_button(case, case.finding.remedy.label, sure=True, style=Style.PRIMARY)
    keep = Button(label="Keep as it is", does=case.again.does)
    return Reply(parts=(words, Buttons(items=(yes, keep))))


def _mend_button(case: Case, label: str, *, sure: bool, style: Style = Style.PLAIN) -> Button:
    does = call("health.mend", client=case.client.id, check=case.code, finding=case.fingerprint)
    return Button(label=label, does=does.having(sure="yes") if sure else does, style=style)


def facts_of(own: Found, told: Finding, amendment: Amendment) -> dict[str, Any]:
    books = own.look.books
    return {
        "client": own.client.name,
        "organisation": own.look.organisation.name,
        "software": books.software,
        "title": told.title,
        "label": told.remedy.label if told.remedy else "",
        "change": said(amendment),
        "is_account": isinstance(amendment, AccountInUse),
        "minutes": int(WINDOW.total_seconds() // 60),
    }


async def begin(context: Context, case: Case) -> str:
    """Written down before anything is sent: whatever happens then, it is known what was asked."""
    row = Mend(
        id=new_id(),
        workspace_id=context.workspace_id,
        organisation_id=case.own.look.organisation.id,
        code=case.code,
        fingerprint=case.fingerprint,
        title=case.finding.title,
        change=kept(case.amendment),
        before={},
        by=context.actor.person_id,
        at=context.now,
    )
    async with context.tools.database.begin() as session:
        session.add(row)
        about = _about(row.id, case.amendment)
        record(session, context, "health.mend_begun", case.own.connection, after=about)
    return row.id


async def amend(context: Context, own: Found, amendment: Amendment, *, key: str) -> Amended:
    organisation, connection = own.look.organisation, own.connection
    assert connection.grant_id is not None
    opened = context.tools.gateway.open(
        organisation.provider, tenant_id=organisation.tenant_id, grant_id=connection.grant_id
    )
    async with opened as books:
        return await books.amend(amendment, key=key)


async def keep(context: Context, case: Case, mend_id: str, done: Amended) -> None:
    """Write down what was there before, and what is there now."""
    own = case.own
    async with context.tools.database.begin() as session:
        row = await mends.find(session, context.workspace_id, mend_id, lock=True)
        assert row is not None
        row.state, row.before = MendState.DONE.value, kept(done.undo)
        await _learn(session, context, own, done)
        about = _about(mend_id, case.amendment)
        record(session, context, "health.mended", own.connection, after=about)


def _done(case: Case, mend_id: str, done: Amended) -> Reply:
    own = case.own
    facts = facts_of(own, case.finding, case.amendment) | {"was_so": done.undo is None}
    buttons = [case.again]
    if done.undo is not None:
        undo = call("health.unmend", client=case.client.id, mended=mend_id)
        buttons.insert(0, Button(label="Undo", does=undo))
    words = Words(template="health/mended", data=facts)
    return Reply(parts=(words, Buttons(items=tuple(buttons))))


async def _undone(context: Context, own: Found, mend_id: str, done: Amended) -> None:
    async with context.tools.database.begin() as session:
        row = await mends.find(session, context.workspace_id, mend_id, lock=True)
        assert row is not None
        row.state, row.undone_at = MendState.UNDONE.value, context.tools.now()
        await _learn(session, context, own, done)
        about = _about(mend_id, read(row.change))
        record(session, context, "health.mend_undone", own.connection, after=about)


async def _learn(session: AsyncSession, context: Context, own: Found, done: Amended) -> None:
    """The copy has what the ledger said, and the checks look again."""
    workspace_id, organisation_id = own.look.whose
    await ledger.store(session, organisation_id, done.records, is_empty=False)
    await health.want(session, workspace_id, [organisation_id], now=context.tools.now())


async def failed(context: Context, mend_id: str, error: ProviderError) -> None:
    """What nobody can tell stays begun; everything else was not done."""
    if isinstance(error, OutcomeUnknown):
        return
    async with context.tools.database.begin() as session:
        row = await mends.find(session, context.workspace_id, mend_id, lock=True)
        assert row is not None
        row.state = MendState.REFUSED.value


def _about(mend_id: str, amendment: Amendment | None) -> dict[str, str | None]:
    """Which kind of change, for the audit; its content stays with the mend."""
    return {"mend": mend_id, "change": kind_of(amendment).value if amendment else None}
