"""A draft made ready to be sent to Xero, or what is seen to be wrong with it beforehand."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from providers.drafts import Draft, Refused
from providers.errors import Problem
from providers.xero import drafting
from providers.xero.drafting import BANK

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """A draft with its place among Xero's resources, and the body it has there."""

    draft: Draft
    source: str
    body: dict[str, Any]


def prepared(draft: Draft, codes: Mapping[str, str]) -> Element | Refused:
    """`codes` are those of items, by id."""
    way = drafting.route(draft)
    if way is None:
        return _refused("", f"Xero has no {draft.destination} for a {draft.kind}.", "publish_to")
    if way.source == BANK and not draft.bank_account:
        text = "To send to Bank Accounts you will need to set a linked bank account."
        return _refused("XERO_BANK_REQUIRED", text, "bank_account")
    foreign = next((each for each in _ids(draft) if _GUID.fullmatch(each[1]) is None), None)
    if foreign is not None:  # Xero would refuse the whole call for it, or break down
        field, value = foreign
        text = f"{value!r} is no id of Xero's: it was chosen while other software was connected."
        return _refused("XERO_GUID", text, field)
    if any(line.product and line.product not in codes for line in draft.lines):
        return _refused("", "A product or service of a line is not in Xero any more.", "product")
    return Element(draft=draft, source=way.source, body=drafting.document(draft, way, codes))


def _ids(draft: Draft) -> Iterator[tuple[str, str]]:
    """What a draft names by id, after what coding calls it."""
    named = [("contact", draft.contact), ("bank_account", draft.bank_account)]
    for line in draft.lines:
        named.append(("account", line.account))
        for number, chosen in enumerate(line.tracking, start=1):
            named += [(f"tracking_{number}", each) for each in (chosen.category, chosen.option)]
    return ((field, value) for field, value in named if value)


def _refused(code: str, text: str, field: str) -> Refused:
    return Refused(problems=(Problem(code=code, text=text, field=field),))
