"""Where documents go and how far along, Bank Match, tax and currencies: forms of the settings."""

from commands.context import Context
from commands.errors import Refused
from commands.permissions import Permission
from commands.publishing.choices import Cadence, TaxPolicy
from commands.publishing.lists import Lists
from commands.publishing.settings.choosing import (
    Present,
    change,
    form,
    present,
    settings_button,
    yes_no,
)
from commands.publishing.settings.offering import chosen, searched
from commands.publishing.settings.settings import page
from commands.publishing.wording import (
    USUAL,
    closed,
    destination,
    destinations,
    publish_as,
    statuses,
)
from commands.registry import command
from commands.replies import Answer, ChoiceField, Field, Option, SearchField, Words, call
from providers.books import DocumentKind
from providers.drafts import Destination
from providers.records import TaxRate
from storage.models import Client

SIDES = {
    "costs": ("Costs", DocumentKind.BILL),
    "sales": ("Sales", DocumentKind.INVOICE),
    "claims": ("Expense claims", DocumentKind.BILL),
}
POLICIES = {
    TaxPolicy.OURS: ("The document’s amount, always", "recommended"),
    TaxPolicy.LEDGER: ("What the ledger computes from the rate", "the document’s is ignored"),
    TaxPolicy.EXCEPTIONS: (
        "The document’s, with exceptions",
        "none where the account has none; the ledger’s where the document says none",
    ),
}


@command("publishing.general", permission=Permission.MANAGE_PUBLISHING)
async def general(
    context: Context,
    *,
    client: Client,
    version: int | None = None,
    costs_to: str = "",
    costs_as: str = "",
    sales_to: str = "",
    sales_as: str = "",
    claims_to: str = "",
    claims_as: str = "",
    claims_every: Cadence = Cadence.MONTHLY,
) -> Answer:
    """Where costs, sales and expense claims go, and how far along they arrive."""
    if version is None:
        shown = await present(context, client)
        return form(
            shown, call("publishing.general"), "General", *_places(shown), note=_not_open(shown)
        )
    to = {"costs_to": costs_to, "sales_to": sales_to, "claims_to": claims_to}
    along = {"costs_as": costs_as, "sales_as": sales_as, "claims_as": claims_as}
    told = {name: publish_as(text) for name, text in along.items()}
    places = {name: destination(text) for name, text in to.items()}
    steps = {name: status for name, status in told.items() if status}
    await change(context, client, version, **places, **steps, claims_every=claims_every)
    return await page(context, client, is_set=True)


def _places(shown: Present) -> list[Field]:
    lists = _lists(shown)
    fields: list[Field] = []
    for side, (title, kind) in SIDES.items():
        to, along = getattr(shown.choices, f"{side}_to"), getattr(shown.choices, f"{side}_as")
        places, steps = destinations(lists, kind), statuses(lists, kind)
        fields.append(
            ChoiceField(
                name=f"{side}_to",
                label=f"{title} go to",
                options=places,
                initial=to.value if to else USUAL,
                compact=True,
            )
        )
        if steps:
            known = {option.value for option in steps}
            fields.append(
                ChoiceField(
                    name=f"{side}_as",
                    label=f"{title} arrive as",
                    options=steps,
                    initial=along.value if along.value in known else steps[0].value,
                    compact=True,
                )
            )
    return [*fields, _every(shown)]


def _every(shown: Present) -> Field:
    return ChoiceField(
        name="claims_every",
        label="Expense claims are put together",
        options=tuple(Option(value=each.value, label=each.value.capitalize()) for each in Cadence),
        initial=shown.choices.claims_every.value,
        hint="Claims that are open already keep their period.",
        compact=True,
    )


def _not_open(shown: Present) -> Words | None:
    found = closed(_lists(shown), DocumentKind.BILL, DocumentKind.INVOICE)
    return Words(template="publishing/not_open", data={"closed": found}) if found else None


@command("publishing.bank_match", permission=Permission.MANAGE_PUBLISHING)
async def bank_match(
    context: Context, *, client: Client, version: int | None = None, on: bool = False, to: str = ""
) -> Answer:
    """Whether costs are set up as paid by the bank line that matches them."""
    shown = await present(context, client)
    lists = _lists(shown)
    if not lists.publishing.bank_match:
        raise Refused("publishing/no_bank_match", settings_button(client), **shown.books.facts)
    if version is not None:
        target = destination(to) or Destination.BANK
        await change(context, client, version, bank_match=on, bank_match_to=target)
        return await page(context, client, is_set=True)
    targets = (Destination.BANK, Destination.PURCHASES)
    names = {way.destination: way.name for way in lists.publishing.open_ways(DocumentKind.BILL)}
    options = tuple(Option(value=t.value, label=names[t]) for t in targets if t in names)
    fields: list[Field] = [yes_no("on", "Bank Match", is_on=shown.choices.bank_match)]
    if options:
        fields.append(
            ChoiceField(
                name="to",
                label="What is matched goes to",
                options=options,
                initial=shown.choices.bank_match_to.value,
            )
        )
    note = Words(template="publishing/about_bank_match")
    return form(shown, call("publishing.bank_match"), "Bank Match", *fields, note=note)


@command("publishing.tax", permission=Permission.MANAGE_PUBLISHING)
async def tax(
    context: Context,
    *,
    client: Client,
    version: int | None = None,
    cost_tax: str = "",
    sales_tax: str = "",
    policy: TaxPolicy | None = None,
) -> Answer:
    """Which tax rate is taken where nobody says, and whose amount of tax is sent."""
    if version is not None:
        await change(
            context,
            client,
            version,
            cost_tax=chosen(cost_tax),
            sales_tax=chosen(sales_tax),
            tax_policy=policy or TaxPolicy.OURS,
        )
        return await page(context, client, is_set=True)
    shown = await present(context, client)
    note = Words(template="publishing/about_tax")
    return form(shown, call("publishing.tax"), "Tax", *_of_tax(shown), note=note)


def _of_tax(shown: Present) -> tuple[Field, ...]:
    rates, choices, client = _lists(shown).tax_rates, shown.choices, shown.client
    policies = tuple(
        Option(value=policy.value, label=label, description=more)
        for policy, (label, more) in POLICIES.items()
    )
    return (
        _rate("cost_tax", client, "costs", rates.get(choices.cost_tax or "")),
        _rate("sales_tax", client, "sales", rates.get(choices.sales_tax or "")),
        ChoiceField(
            name="policy",
            label="Which amount of tax is sent",
            options=policies,
            initial=choices.tax_policy.value,
        ),
    )


def _rate(name: str, client: Client, on: str, now: TaxRate | None) -> Field:
    return SearchField(
        name=name,
        label=f"Tax on {on}",
        source=searched("tax_rates", client, on=on),
        initial=Option(value=now.remote_id, label=now.name) if now else None,
        optional=True,
    )


@command("publishing.currencies", permission=Permission.MANAGE_PUBLISHING)
async def currencies(
    context: Context,
    *,
    client: Client,
    version: int | None = None,
    many: bool = True,
    rate: bool = True,
    of_contact: bool = False,
) -> Answer:
    """Whether documents keep their currency, and whose exchange rate they are sent with."""
    if version is not None:
        await change(
            context, client, version,
            multi_currency=many, own_rate=rate, contact_defaults=of_contact,
        )  # fmt: skip
        return await page(context, client, is_set=True)
    shown = await present(context, client)
    software = shown.books.software
    label = "Publish documents in their own currency"
    return form(
        shown,
        call("publishing.currencies"),
        "Currencies",
        yes_no("many", label, is_on=shown.choices.multi_currency),
        yes_no(
            "rate",
            "Send the exchange rate of the item",
            is_on=shown.choices.own_rate,
            hint=f"If not, or where an item has none, {software} takes its own.",
        ),
        yes_no(
            "of_contact",
            f"Take the currency that {software} has for a contact",
            is_on=shown.choices.contact_defaults,
            hint="Only where neither the document, a rule nor somebody says one.",
        ),
        note=Words(template="publishing/about_currencies", data={"currency": shown.currency}),
    )


def _lists(shown: Present) -> Lists:
    if shown.books.lists is None:
        raise Refused(
            "publishing/takes_nothing", settings_button(shown.client), **shown.books.facts
        )
    return shown.books.lists
