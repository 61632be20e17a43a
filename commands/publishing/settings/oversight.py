"""Automatic publishing, duplicates and what the channel reads: forms of the settings."""

from decimal import Decimal

from commands.context import Context
from commands.permissions import Permission
from commands.publishing.choices import TwinMode
from commands.publishing.facts import ItemKind
from commands.publishing.settings.choosing import amount_of, change, form, present, yes_no
from commands.publishing.settings.offering import KINDS
from commands.publishing.settings.settings import page
from commands.registry import command
from commands.replies import (
    Answer,
    ChoiceField,
    Field,
    ManyField,
    Option,
    TextField,
    Words,
    call,
)
from storage.models import Client

MODES = {
    TwinMode.OFF: ("Off", "nobody looks"),
    TwinMode.REVIEW: ("Review", "it waits until somebody has decided"),
    TwinMode.AUTOMATIC: ("Automatic", "the later one is put away, and can be restored"),
}


@command("publishing.automatic", permission=Permission.MANAGE_PUBLISHING)
async def automatic(
    context: Context,
    *,
    client: Client,
    version: int | None = None,
    on: bool = False,
    exceptions: tuple[str, ...] = (),
    ceiling: str = "",
) -> Answer:
    """Whether items publish by themselves, and which never do."""
    if version is not None:
        known = {kind.value for kind in ItemKind}
        await change(
            context, client, version,
            auto_publish=on,
            auto_except=tuple(each for each in exceptions if each in known),
            auto_ceiling=amount_of("ceiling", ceiling) or None,
        )  # fmt: skip
        return await page(context, client, is_set=True)
    shown = await present(context, client)
    choices = shown.choices
    return form(
        shown,
        call("publishing.automatic"),
        "Automatic publishing",
        yes_no("on", "Publish all items that are ready", is_on=choices.auto_publish),
        ManyField(
            name="exceptions",
            label="Never these",
            source="publishing.kinds",
            initial=tuple(KINDS[ItemKind(each)] for each in choices.auto_except if each in KINDS),
        ),
        _amount("ceiling", f"Never above this amount{_in(shown.currency)}", choices.auto_ceiling),
        note=Words(template="publishing/about_automatic"),
    )


@command("publishing.duplicates", permission=Permission.MANAGE_PUBLISHING)
async def duplicates(
    context: Context, *, client: Client, version: int | None = None, mode: TwinMode | None = None
) -> Answer:
    """What happens to an item that looks like another one."""
    if version is not None:
        await change(context, client, version, twins=mode or TwinMode.REVIEW)
        return await page(context, client, is_set=True)
    shown = await present(context, client)
    options = tuple(
        Option(value=mode.value, label=label, description=more)
        for mode, (label, more) in MODES.items()
    )
    return form(
        shown,
        call("publishing.duplicates"),
        "Duplicates",
        ChoiceField(
            name="mode",
            label="An item that looks like another one",
            options=options,
            initial=shown.choices.twins.value,
        ),
    )


@command("publishing.channel", permission=Permission.MANAGE_PUBLISHING)
async def channel(
    context: Context, *, client: Client, version: int | None = None, amounts: bool = True
) -> Answer:
    """Whether everybody in the client's channel reads amounts."""
    if version is not None:
        await change(context, client, version, amounts_in_channel=amounts)
        return await page(context, client, is_set=True)
    shown = await present(context, client)
    label = "Show amounts in the client’s channel"
    return form(
        shown,
        call("publishing.channel"),
        "Channel",
        yes_no("amounts", label, is_on=shown.choices.amounts_in_channel),
    )


def _amount(name: str, label: str, value: Decimal | None) -> Field:
    initial = f"{value:f}" if value is not None else ""
    return TextField(name=name, label=label, initial=initial, optional=True, max_length=20)


def _in(currency: str) -> str:
    return f", in {currency}" if currency else ""
