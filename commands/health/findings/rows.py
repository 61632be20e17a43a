"""One finding as people see it: what, how much, how old, where to look, and what can be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from commands.health.findings.viewing import View
from commands.health.words import dated, money
from commands.replies import Button, Buttons, Menu, Part, Words, call
from providers.books import DocumentKind
from providers.links import Target
from providers.provider import Provider
from storage.models import Handling, Organisation
from storage.queries.findings import Listed, Shown

LINKS = 4  # of one finding; the first tell what it is about
GONE = "somebody who has left"
_DAYS, _MONTHS = 90, 730  # up to which an age is told in days, and in months


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What all findings of a page are shown with. `documents` are those they link to,
    `called` what contacts and accounts among these are called, `names` those of people."""

    today: date
    software: str
    organisation: Organisation
    provider: Provider
    documents: Mapping[tuple[str, str], Row[Any]]
    called: Mapping[tuple[str, str], str]
    names: Mapping[str, str]
    assigned: tuple[str, ...]
    is_fix_told: bool
    may_mend: bool  # whether the ledger can be written to

    def name(self, person_id: str | None) -> str:
        return self.names.get(person_id or "", GONE)

    def links(self, each: Listed) -> list[tuple[str, str]]:
        """(address, what it leads to) of the first records of a finding."""
        found = [self._link(record) for record in each.finding.body["records"]]
        return _told_apart([link for link in found if link is not None][:LINKS])

    def _link(self, record: Mapping[str, str]) -> tuple[str, str, str] | None:
        source, remote_id = record["source"], record["remote_id"]
        known = self.documents.get((source, remote_id))
        target = Target(
            source=source,
            remote_id=remote_id,
            kind=DocumentKind(known.kind) if known else None,
            tenant_id=self.organisation.tenant_id,
            short_code=self.organisation.details.get("short_code"),
        )
        address = self.provider.link(target)
        if address is None:
            return None
        name = self.called.get((source, remote_id))
        return (address, name, name) if name else (address, *_labels(source, known))


def row(view: View, each: Listed, facts: Facts) -> Sequence[Part]:
    """A finding and the buttons below it."""
    links = facts.links(each)
    data = _data(each, facts) | {"links": links if len(links) > 1 else []}
    look = [_view(each, facts, links[0][0])] if len(links) == 1 else []
    return (
        Words(template="health/finding", data=data),
        Buttons(items=(*look, *_mending(view, each, facts), *_steps(view, each))),
    )


def told_once(listed: Sequence[Listed]) -> str | None:
    """What mends every one of these, where that is the same."""
    fixes = {each.finding.body["fix"] for each in listed}
    return fixes.pop() if len(fixes) == 1 else None


def age(since: date | None, today: date) -> str:
    """34 days, 5 months, 3 years; nothing for what is to come."""
    if since is None or since > today:
        return ""
    days = (today - since).days
    if days <= _DAYS:
        return "today" if not days else f"{days} day{'s' if days > 1 else ''}"
    return f"{days // 30} months" if days <= _MONTHS else f"{days // 365} years"


def _data(each: Listed, facts: Facts) -> dict[str, Any]:
    finding, handling = each
    amount = finding.amount
    return {
        "title": finding.title,
        "text": finding.body["text"],
        "fix": None if facts.is_fix_told else finding.body["fix"],
        "amount": money(amount, finding.currency) if amount is not None else "",
        "age": age(finding.since, facts.today),
        "is_locked": finding.is_locked,
        "is_serious": finding.is_serious,
        "software": facts.software,
    } | _handled(handling, facts)


def _handled(handling: Handling | None, facts: Facts) -> dict[str, Any]:
    if handling is None:
        return {"assignee": "", "snoozed_until": None, "dismissed_at": None, "comments": []}
    until = handling.snoozed_until
    return {
        "assignee": facts.name(handling.assignee) if handling.assignee else "",
        "snoozed_until": until if until and until > facts.today else None,
        "dismissed_at": handling.dismissed_at,
        "dismissed_by": facts.name(handling.dismissed_by),
        "reason": handling.reason,
        "comments": [
            {"by": facts.name(said["by"]), "text": said["text"]} for said in handling.comments
        ],
    }


def _steps(view: View, each: Listed) -> tuple[Button | Menu, ...]:
    steps = {
        Shown.OPEN: (("dismiss", "assign"), ("snooze", "comment")),
        Shown.SNOOZED: (("wake", "dismiss"), ("assign", "comment")),
        Shown.DISMISSED: (("undo", "comment"), ()),
    }
    first, more = steps[view.shown]
    bare = View(client_id=view.client_id, check=view.check)  # a menu holds but short ones
    behind = tuple(_button(bare, each, step) for step in more)
    buttons = tuple(_button(view, each, step) for step in first)
    menu = Menu(label="More", items=behind, shown_by=view.does())
    return (*buttons, menu) if behind else buttons


def _mending(view: View, each: Listed, facts: Facts) -> tuple[Button, ...]:
    """What we can do about it in the ledger itself; it asks first."""
    remedy = each.finding.body.get("remedy")
    if not remedy or not facts.may_mend or view.shown is Shown.DISMISSED:
        return ()
    about = {"check": view.check, "finding": each.finding.fingerprint}
    does = call("health.mend", client=view.client_id, **about)
    return (Button(label=remedy["label"], does=does),)


def _view(each: Listed, facts: Facts, address: str) -> Button:
    label = f"View in {facts.software.removesuffix(' Online')}"
    return Button(label=label, url=address, description=f"{label}: {each.finding.title}")


_LABELS = {
    "dismiss": "Dismiss",
    "assign": "Assign",
    "snooze": "Snooze",
    "comment": "Comment",
    "wake": "Wake",
    "undo": "Bring back",
}


def _button(view: View, each: Listed, step: str) -> Button:
    label = _LABELS[step]
    return Button(
        label=label,
        does=view.does(f"health.{step}", findings=each.finding.fingerprint),
        description=f"{label}: {each.finding.title}",
    )


def _labels(source: str, known: Row[Any] | None) -> tuple[str, str]:
    """What a link leads to, said shortly in two ways."""
    if known is None:
        noun = _NOUNS.get(source, "record")
        return noun, noun
    day = f"{known.kind} {dated(known.date)}"
    return f"{known.kind} {known.number}" if known.number else day, day


def _told_apart(found: Sequence[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """(address, what it leads to): by its number, else by its day, else by its place."""
    for place in (1, 2):
        if len({link[place] for link in found}) == len(found):
            return [(link[0], link[place]) for link in found]
    return [(link[0], f"{link[1]} ({number})") for number, link in enumerate(found, 1)]


_NOUNS = {
    "Contacts": "contact",
    "Customer": "customer",
    "Vendor": "supplier",
    "Accounts": "chart of accounts",
    "Account": "account",
    "Payments": "payment",
    "Payment": "payment",
    "BillPayment": "payment",
}
