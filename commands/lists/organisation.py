"""The organisation itself, as its ledger describes it."""

import calendar
from collections.abc import Mapping
from datetime import date
from typing import Any

from commands.connections.cards import Subject, connections_button
from commands.context import Context
from commands.lists import terms
from commands.lists.freshness import freshness
from commands.replies import Button, Buttons, Fields, Reply, SmallPrint, Words, call
from storage.models import Organisation

LEAP_YEAR = 2024  # so that 29 February is a day
OTHERS = {True: "Used", False: "Not used", None: ""}  # None where the ledger does not tell


def organisation_page(context: Context, subject: Subject) -> Reply:
    """What is known about it, without what its ledger does not tell."""
    data = freshness(context, subject)
    every = call("lists.show", client=subject.client.id)
    return Reply(
        parts=(
            Words(template="lists/organisation", data=data),
            Fields(items=facts(subject.organisation)),
            SmallPrint(template="lists/freshness", data=data),
            Buttons(
                items=(Button(label="All lists", does=every), connections_button(subject.client))
            ),
        )
    )


def facts(organisation: Organisation) -> tuple[tuple[str, str], ...]:
    """(label, value) in the order in which people look for them."""
    own = organisation.details
    told = (
        ("Name", organisation.name),
        ("Legal name", organisation.legal_name),
        ("Country", terms.country(organisation.country or "")),
        ("Base currency", organisation.base_currency),
        ("Other currencies", _others(organisation)),
        ("Financial year ends", _year_end(own)),
        (
            "Sales tax" if organisation.country == "US" else "VAT scheme",
            _sentence(own.get("vat_scheme")),
        ),
        ("Locked up to", _day(own.get("lock_date")) or ("Not locked" if own else "")),
        ("Locked for advisers too", _day(own.get("year_end_lock_date"))),
        ("VAT or tax number", own.get("tax_number")),
        ("Company number", own.get("company_number")),
        ("Time zone", organisation.time_zone),
        ("Plan", terms.plan(organisation.plan or "")),
        ("Demo company", "Yes" if organisation.is_demo else ""),
    )
    return tuple((label, value) for label, value in told if value)


def _others(organisation: Organisation) -> str:
    own = organisation.details
    named = [each for each in own.get("currencies") or () if each != organisation.base_currency]
    return ", ".join(sorted(named)) or OTHERS[own.get("is_multi_currency")]


def _year_end(own: Mapping[str, Any]) -> str:
    month, day = own.get("year_end_month"), own.get("year_end_day")
    if month is None or not 1 <= month <= 12:
        return ""
    name = calendar.month_name[month]
    if day is None and month == 2:
        return "End of February"
    return f"{day or calendar.monthrange(LEAP_YEAR, month)[1]} {name}"


def _day(text: str | None) -> str:
    return f"{date.fromisoformat(text):%-d %B %Y}" if text else ""


def _sentence(text: str | None) -> str:
    return f"{text[0].upper()}{text[1:]}" if text else ""
