"""What a finding's remedy means for the ledger, in its own terms and in words."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import msgspec

from commands.health.check import Change, Finding
from providers.amendments import KINDS, AccountInUse, Amendment, AmendmentKind, ContactDefaults

DEFAULTS = ("purchase_account", "sales_account", "purchase_tax", "sales_tax")


def amendment_of(finding: Finding) -> Amendment | None:
    """None where a finding has no remedy, or one that does not say what to change.

    A remedy that sets a default names the `contact`, the `field` and the `value`; one that archives
    names the `account`. What it does not name is the first record of the finding.
    """
    remedy = finding.remedy
    if remedy is None:
        return None
    told = remedy.arguments
    first = finding.records[0].remote_id if finding.records else ""
    if remedy.change is Change.ARCHIVE_ACCOUNT:
        account = told.get("account") or first
        return AccountInUse(account=account, is_active=False) if account else None
    contact, name, value = told.get("contact") or first, told.get("field"), told.get("value")
    if not contact or not value or name not in DEFAULTS:
        return None
    return ContactDefaults(contact=contact, **{name: value})


def kind_of(amendment: Amendment) -> AmendmentKind:
    return KINDS[type(amendment)]


def kept(amendment: Amendment | None) -> dict[str, Any]:
    """As it is kept until it may be put back."""
    if amendment is None:
        return {}
    return {"kind": kind_of(amendment).value, **asdict(amendment)}


def read(fields: Mapping[str, Any]) -> Amendment | None:
    """Inverse of `kept`."""
    if not fields:
        return None
    shape = {kind: made for made, kind in KINDS.items()}[AmendmentKind(fields["kind"])]
    made: Amendment = msgspec.convert(
        {name: value for name, value in fields.items() if name != "kind"}, shape
    )
    return made


def said(amendment: Amendment) -> dict[str, Any]:
    """What templates need to say it."""
    return {"kind": kind_of(amendment).value, **asdict(amendment)}
