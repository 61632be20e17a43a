"""One item as people see it: what it is, how it is coded and why, and what is wrong with it."""

from collections.abc import Sequence
from typing import Any

from commands.health.words import dated, money
from commands.items.editing.fields import OWNER
from commands.items.showing.deciding import UNDER_WAY, several, twin
from commands.items.showing.naming import (
    KINDS,
    SIDES,
    STATES,
    label,
    shown,
    source,
    title,
)
from commands.items.showing.problems import told
from commands.items.showing.seen import Seen
from commands.items.showing.steps import steps
from commands.publishing import catalogue
from commands.publishing.approvals.approving import WAITING
from commands.publishing.claims.periods import Period
from commands.publishing.coding import Coded, Source
from commands.publishing.facts import FactLine
from commands.publishing.readiness.obstacles import Obstacle
from commands.publishing.readiness.several import CODE
from commands.publishing.sending.ways import arrives_as, way_of
from commands.publishing.wording import AS_WORDS
from commands.replies import (
    Button,
    Buttons,
    Menu,
    Part,
    Reply,
    SmallPrint,
    Table,
    Words,
    call,
)
from storage.models import ItemState

ALWAYS = (Coded.ACCOUNT, Coded.TAX_RATE, Coded.DUE_DAY)  # shown with a dash where there is none
IN_TITLE = frozenset({Coded.CURRENCY, Coded.PUBLISH_TO, Coded.PUBLISH_AS})
PLAIN = frozenset({Source.READ, Source.DEFAULT})  # of what the title says already
UNSURE = 0.8  # confidence below which a value that was read is said to be doubtful
_FACTS = ("number", "tax", "rate", "note")


def card(own: Seen, *, above: Sequence[Part] = ()) -> Reply:
    """`above` says what has just been done to it."""
    data = _data(own)
    words = Words(template="items/card", data=data, beside=_files(own))
    parts: list[Part] = [*above, words]
    parts += several(own)
    parts += _wrong(own)
    parts += twin(own)
    if own.judged.facts.lines:
        parts.append(lines_table(own))
    parts.append(Buttons(items=steps(own)))
    parts.append(SmallPrint(template="items/card_foot", data=data))
    return Reply(parts=tuple(parts))


def _files(own: Seen) -> Button | Menu | None:
    """What opens what it was read off."""
    item = own.item
    found = [
        Button(
            label=f"Open {file.name}" if len(own.files) > 1 else "Open the file",
            does=call("items.file", item=item.id, position=file.position),
            description=f"Open {file.name}",
        )
        for file in own.files
        if file.size
    ]
    if len(found) <= 1:
        return found[0] if found else None
    return Menu(label="Open a file", items=tuple(found), shown_by=call("items.show", item=item.id))


def _data(own: Seen) -> dict[str, Any]:
    item, facts, lists = own.item, own.judged.facts, own.judged.lists
    return {
        "title": title(item),
        "amount": money(facts.total, facts.currency) if facts.total is not None else "no total",
        "day": dated(facts.day),
        "files": [{"name": file.name, "size": size(file.size)} for file in own.files],
        "kind": KINDS[facts.kind].lower(),
        "side": SIDES[facts.side],
        "client": own.client.name,
        "becomes": _becomes(own),
        "software": own.software,
        "is_connected": own.judged.connection is not None and lists is not None,
        "coded": _coded(own),
        "facts": _facts(own),
        "state": STATES[item.state],
        "is_open": item.is_open,
        "is_published": own.is_published,
        "address": own.address,
        "archived_at": item.archived_at,
        "lists_read_at": lists.as_of if lists else None,
        "submitted_at": item.submitted_at,
        "by": own.names.person(item.owner),
        "is_for": OWNER in item.manual,
        "asked": item.approval.get("asked", []),
        "claim": _on_claim(own),
    }


def _on_claim(own: Seen) -> dict[str, str] | None:
    """The expense claim it is on; None of what is no expense, or not on one yet."""
    if own.claim is None:
        return None
    period = Period(starts=own.claim.starts, ends=own.claim.ends)
    return {"who": own.names.person(own.claim.owner), "period": period.name}


def _becomes(own: Seen) -> dict[str, str] | None:
    """What it will be in the ledger, and how far along."""
    lists, coding = own.judged.lists, own.judged.coding
    way = way_of(own.judged.facts, coding, lists) if lists else None
    if way is None:
        return None
    status = AS_WORDS[arrives_as(coding, way)] if way.publish_as else ""
    return {
        "makes": _with_article(way.makes),
        "to": way.name,
        "as": "paid" if "paid" in status else status,
    }


def _with_article(makes: str) -> str:
    makes = makes[0].lower() + makes[1:]
    if makes.endswith("money"):
        return makes
    return f"{'an' if makes[0] in 'aeiouAEIOU' else 'a'} {makes}"


def _coded(own: Seen) -> list[dict[str, str]]:
    coding = own.judged.coding
    told = []
    for name in Coded:
        found = coding.of(name)
        if found is not None and name in IN_TITLE and found.source in PLAIN:
            continue
        if found is None:
            if name in ALWAYS:
                told.append({"label": label(name, own.names), "value": "–", "source": ""})
            continue
        told.append(
            {
                "label": label(name, own.names, found.value),
                "value": shown(name, found.value, own.names),
                "source": source(found, own.names),
            }
        )
    return told


def _facts(own: Seen) -> list[dict[str, str]]:
    """What it says beside what the title has, and what is not certain."""
    told = []
    for name in ("supplier", "total", "day", *_FACTS):
        value = getattr(own.judged.facts, name)
        said = _said(own, name)
        if (value is None or name not in _FACTS) and not said:
            continue
        words = shown(name, None if value is None else str(value), own.names)
        told.append({"label": label(name, own.names), "value": words, "source": said})
    return told


def _said(own: Seen, name: str) -> str:
    """By whom, or how uncertainly it was read; nothing for what is plain."""
    by_hand = own.item.manual.get(name)
    if by_hand:
        return f"{Source.MANUAL.value}, {own.names.person(by_hand['by'])}"
    read = own.item.read.get(name)
    sure = read.get("confidence") if isinstance(read, dict) else None
    return f"read, {sure:.0%} sure" if sure is not None and sure < UNSURE else ""


def _wrong(own: Seen) -> list[Part]:
    """Every problem at once, then what will be different from what was wished."""
    item = own.item
    if not item.is_open or item.state in UNDER_WAY:
        return []
    parts: list[Part] = []
    if item.error:
        parts += _error(own)
    told = frozenset({WAITING} if item.state is ItemState.PENDING else ())
    wrong = [
        each
        for each in own.judged.obstacles
        if each.code not in told and not _has_own_part(own, each)
    ]
    for alike in _alike(wrong):
        parts += _problem(own, alike, "▲")
    for alike in _alike(own.judged.notices):
        parts += _problem(own, alike, "○")
    return parts


def _alike(found: Sequence[Obstacle]) -> Sequence[Sequence[Obstacle]]:
    """What is wrong with several lines in the same way is told once."""
    groups: dict[object, list[Obstacle]] = {}
    for each in found:
        same = (each.code, each.field, tuple(sorted(each.facts.items())), each.line is None)
        groups.setdefault(same, []).append(each)
    return list(groups.values())


def _error(own: Seen) -> list[Part]:
    error = own.item.error
    found = Obstacle(code=error.get("code") or "", facts={"text": error.get("text") or ""})
    words = told(found, own)
    data = {
        "software": own.software,
        "title": words.title,
        "cause": words.cause,
        "remedy": words.remedy,
        "is_known": bool(found.code) and catalogue.is_known(found.code),
        "more": error.get("more") or 0,
    }
    return [Words(template="items/error", data=data, beside=words.button)]


def _problem(own: Seen, alike: Sequence[Obstacle], mark: str) -> list[Part]:
    words = told(alike[0], own)
    data = {
        "mark": mark,
        "title": words.title,
        "cause": words.cause,
        "remedy": words.remedy,
        "lines": [each.line + 1 for each in alike if each.line is not None],
    }
    shown: list[Part] = [Words(template="items/problem", data=data, beside=words.button)]
    return [*shown, Buttons(items=(words.other,))] if words.other else shown


def _has_own_part(own: Seen, found: Obstacle) -> bool:
    return found.code == CODE or (own.twin is not None and found.code == "PRE_DUPLICATE")


def lines_table(own: Seen) -> Table:
    """Each line with its own coding, where that differs from the item's."""
    facts = own.judged.facts
    rows = [
        (
            str(number + 1),
            line.description or "–",
            _coded_line(own, number, Coded.ACCOUNT),
            _coded_line(own, number, Coded.TAX_RATE),
            _of_line(line, facts.currency),
        )
        for number, line in enumerate(facts.lines)
    ]
    return Table(
        columns=("Line", "Description", "Category", "Tax", "Total"),
        rows=tuple(rows),
        numeric=frozenset({4}),
    )


def _coded_line(own: Seen, number: int, name: Coded) -> str:
    return shown(name, own.judged.coding.get(name, number), own.names)


def _of_line(line: FactLine, currency: str | None) -> str:
    found = line.total if line.total is not None else line.net
    return money(found, currency) if found is not None else "–"


def size(octets: int) -> str:
    """1.2 MB, 34 KB; nothing of what was not fetched yet."""
    if not octets:
        return ""
    if octets >= 1_000_000:
        return f"{octets / 1_000_000:.1f} MB"
    return f"{max(1, round(octets / 1_000))} KB"
