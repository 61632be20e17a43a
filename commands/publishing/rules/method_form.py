"""The form in which a payment method is described."""

from commands.context import Context
from commands.permissions import Permission
from commands.publishing import policies
from commands.publishing.bookkeeping import Bookkeeping, bookkeeping
from commands.publishing.rules.methods import METHOD, bank_of
from commands.publishing.settings.choosing import yes_no
from commands.publishing.settings.offering import searched
from commands.publishing.wording import USUAL
from commands.registry import command
from commands.replies import (
    Answer,
    ChoiceField,
    Field,
    Form,
    Option,
    SearchField,
    TextField,
    Words,
    call,
)
from providers.books import DocumentKind
from storage.models import Client, PaymentMethod

LONGEST_NAME = 60
DIGITS = 4


@command("publishing.method", permission=Permission.MANAGE_PUBLISHING)
async def edit(context: Context, *, client: Client, method: str = "") -> Answer:
    """Ask what it is called, and which bank account is behind it."""
    async with context.tools.database.read() as session:
        books = await bookkeeping(session, context, client)
        now = await policies.found(session, context, METHOD, client, method) if method else None
    known: dict[str, str | int] = {"method": now.id, "version": now.version} if now else {}
    return Form(
        title="Payment method",
        submits=call("publishing.save_method", client=client.id, **known),
        submit_label="Save",
        parts=(Words(template="publishing/choosing_method", data={"client": client.name}),),
        fields=(*_own(now), *_at_the_ledger(books, now)),
    )


def _own(now: PaymentMethod | None) -> tuple[Field, ...]:
    """What only we know of it."""
    return (
        TextField(
            name="name",
            label="Name",
            initial=now.name if now else "",
            hint="As people here call it, such as Company card.",
            max_length=LONGEST_NAME,
        ),
        TextField(
            name="last4",
            label="Last four digits",
            initial=(now.last4 or "") if now else "",
            optional=True,
            max_length=DIGITS,
        ),
    )


def _at_the_ledger(books: Bookkeeping, now: PaymentMethod | None) -> tuple[Field, ...]:
    """What becomes of what it paid."""
    bank = bank_of(books, now)
    ways = books.lists.publishing.open_ways(DocumentKind.BILL) if books.lists else ()
    places = (
        Option(value=USUAL, label="As it would go anyway"),
        *(Option(value=way.destination.value, label=way.name) for way in ways),
    )
    return (
        SearchField(
            name="bank_account",
            label=f"Bank account in {books.software}",
            source=searched("banks", books.client),
            initial=Option(value=bank.remote_id, label=bank.name) if bank else None,
            optional=True,
        ),
        ChoiceField(
            name="publish_to",
            label="What it paid goes to",
            options=places,
            initial=(now.publish_to if now else None) or USUAL,
            compact=True,
        ),
        yes_no(
            "auto",
            "Publish by itself what it paid",
            is_on=bool(now and now.auto_since),
            hint="Only what is handed in from now on, once it is ready.",
        ),
    )
