"""Payment methods of a client: cards, accounts and cash, and the bank accounts behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.permissions import Permission, may
from commands.publishing import policies
from commands.publishing.bookkeeping import Bookkeeping, bookkeeping
from commands.publishing.settings.choosing import settings_button
from commands.publishing.wording import route
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    Buttons,
    Confirm,
    Menu,
    Part,
    Reply,
    Style,
    Words,
    call,
)
from providers.books import DocumentKind
from providers.drafts import Destination, PublishAs
from providers.records import BankAccount, ListKind
from storage.models import Client, ListEntry, PaymentMethod
from storage.queries import lists, publishing


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """The methods there are, with the entries of the bank accounts they are linked to."""

    books: Bookkeeping
    methods: Sequence[PaymentMethod]
    banks: Mapping[str, ListEntry]


@command(
    "publishing.methods",
    usage="payments <client>",
    summary="how a client pays, and the bank accounts behind it",
    permission=Permission.SEE_CLIENT,
    changes=False,
)
async def show(context: Context, *, client: Client) -> Answer:
    """See and change a client's payment methods.

    What one paid is published as paid from the bank account it is linked to.
    """
    return await methods_page(context, client)


async def methods_page(context: Context, client: Client, *, is_set: bool = False) -> Reply:
    """Raises Refused where nothing is connected."""
    async with context.tools.database.read() as session:
        shown = await _shown(session, context, client)
    may_change = may(context.actor, Permission.MANAGE_PUBLISHING, client.id)
    data = {**shown.books.facts, "total": len(shown.methods), "is_set": is_set}
    parts: list[Part] = [Words(template="publishing/methods", data=data)]
    for method in shown.methods:
        beside = _manage(client, method) if may_change else None
        parts.append(Words(template="publishing/method", data=_facts(shown, method), beside=beside))
    buttons = [settings_button(client)]
    if may_change:
        add = call("publishing.method", client=client.id)
        buttons.insert(0, Button(label="Add a payment method", does=add, style=Style.PRIMARY))
    parts.append(Buttons(items=tuple(buttons)))
    return Reply(parts=tuple(parts))


def methods_button(client: Client) -> Button:
    return Button(label="Payment methods", does=call("publishing.methods", client=client.id))


METHOD = policies.Kind(
    entity=PaymentMethod,
    word="method",
    noun="payment method",
    title=lambda method: method.name,
    button=methods_button,
)


async def _shown(session: AsyncSession, context: Context, client: Client) -> Shown:
    books = await bookkeeping(session, context, client)
    methods = await publishing.methods(session, context.workspace_id, client.id)
    linked = sorted({m.bank_account for m in methods if m.bank_account})
    found = await lists.some(
        session, context.workspace_id, books.connection.id, ListKind.BANK_ACCOUNTS, linked
    )
    return Shown(books=books, methods=methods, banks={entry.remote_id: entry for entry in found})


def _facts(shown: Shown, method: PaymentMethod) -> Mapping[str, Any]:
    bank = shown.banks.get(method.bank_account or "")
    there = None
    if method.publish_to:
        there = route(
            shown.books.lists, DocumentKind.BILL, Destination(method.publish_to), PublishAs.PAID
        )
    return {
        "name": method.name,
        "last4": method.last4,
        "bank": bank.name if bank else method.bank_account and "its bank account",
        "trouble": _trouble(bank) if method.bank_account else None,
        "to": there.to if there else None,
        "software": shown.books.software,
        "to_why_not": there.why_not if there else None,
        "auto_since": method.auto_since,
    }


def _trouble(bank: ListEntry | None) -> str | None:
    if bank is None or bank.removed_at is not None:
        return "gone"
    return None if bank.active else "archived"


def _manage(client: Client, method: PaymentMethod) -> Menu:
    own = {"client": client.id, "method": method.id}
    gone = call("publishing.remove_method", **own, version=method.version)
    return Menu(
        label="Manage",
        items=(
            Button(label="Change", does=call("publishing.method", **own)),
            Button(
                label="Remove",
                does=gone,
                confirm=Confirm(
                    title="Remove it?",
                    text="Rules that name it are broken then. It can be restored for ten minutes.",
                    yes="Remove",
                ),
            ),
        ),
    )


def bank_of(books: Bookkeeping, method: PaymentMethod | None) -> BankAccount | None:
    """The account it is linked to, while it can be used."""
    if method is None or method.bank_account is None or books.lists is None:
        return None
    found = books.lists.banks.get(method.bank_account)
    return found if found is not None and found.active else None
