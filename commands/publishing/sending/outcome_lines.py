"""What came of each item of a batch: the documents with their links, and the causes of refusals."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from commands.connections.cards import Subject
from commands.context import Tools
from commands.health.words import money
from commands.publishing.catalogue import Told, is_known, told
from commands.publishing.sending.sent import draft_of, published_of
from providers.books import DocumentKind, DocumentStatus
from providers.drafts import Published
from providers.links import Target
from storage.models import Publication, StepState

AMOUNT = re.compile(r"\d[\d,]*\.\d\d\b")
STEPS = ("payment", "files")
WORTH_SAYING = frozenset(
    {
        "NOTE_NOT_PAID",
        "NOTE_LEFT_UNPAID",
        "NOTE_PUBLISH_AS",
        "NOTE_CONVERTED",
        "NOTE_NO_TAX",
        "NOTE_NOT_REBILLED",
        "NOTE_NEW_CURRENCY",
    }
)
OWED = frozenset({DocumentKind.BILL, DocumentKind.INVOICE})
NEW_CONTACT = frozenset({"NOTE_NEW_CONTACT", "NOTE_NEW_CONTACT_LIKE"})
STEP_LEFT: Mapping[str, str] = {
    "payment": "published, not marked as paid",
    "files": "published without its picture",
}


def documents(
    tools: Tools, subject: Subject, there: Sequence[Publication], *, has_amounts: bool
) -> list[dict[str, Any]]:
    """Each that is there: {name, number, amount, address, came, remarks}."""
    provider = tools.gateway.provider(subject.connection.provider)
    short = subject.organisation.details.get("short_code")
    found = []
    for each in there:
        result, draft = published_of(each), draft_of(each)
        assert result is not None
        target = Target(
            source=result.source,
            remote_id=result.remote_id,
            kind=result.kind,
            tenant_id=subject.organisation.tenant_id,
            short_code=short,
        )
        found.append(
            {
                "name": draft.contact_name,
                "number": result.number,
                "amount": money(result.total, draft.currency) if has_amounts else "",
                "address": provider.link(target),
                "came": _came(each, result),
                "remarks": remarks_of(each, has_amounts=has_amounts),
            }
        )
    return sorted(found, key=lambda one: (one["name"], one["number"] or ""))


def _came(publication: Publication, result: Published) -> list[str]:
    """What it is there, how far along, and what was made together with it."""
    kind = result.kind.value
    found = [f"draft {kind}" if result.status is DocumentStatus.DRAFT else kind]
    if result.status is DocumentStatus.SUBMITTED:
        found.append("awaiting approval")
    elif result.is_paid:
        found.append("paid")
    elif result.status is DocumentStatus.OPEN and result.kind in OWED:
        found.append("unpaid")
    if publication.files == StepState.DONE:
        found.append("with its file")
    if any(notice["code"] in NEW_CONTACT for notice in publication.notice.get("before", ())):
        found.append("new contact")
    return found


def remarks_of(publication: Publication, *, has_amounts: bool) -> list[str]:
    """What is different from what was wished, and what the ledger itself remarked."""
    noticed = [
        told(notice["code"], notice["facts"])
        for notice in publication.notice.get("before", ())
        if notice["code"] in WORTH_SAYING
    ]
    found = [words.after or words.title for words in noticed]
    for step in STEPS:
        problem = publication.notice.get(step)
        if problem:
            words = told(problem["code"], {"text": problem["text"]})
            found.append(f"{STEP_LEFT[step]}: {words.title}")
    result = published_of(publication)
    found += [each.text for each in (result.remarks if result else ())]
    return found if has_amounts else [_without_amounts(each) for each in found]


def remarks(there: Sequence[Publication], *, has_amounts: bool) -> list[dict[str, Any]]:
    """The same by what they say: {title, count, names}."""
    found: dict[str, list[str]] = {}
    for each in there:
        for title in remarks_of(each, has_amounts=has_amounts):
            found.setdefault(title, []).append(draft_of(each).contact_name)
    return [{"title": t, "count": len(names), "names": names} for t, names in found.items()]


def causes(
    refused: Sequence[Publication], software: str, *, has_amounts: bool
) -> list[dict[str, Any]]:
    """By cause, the commonest first: {count, title, cause, remedy, who_can, is_known, texts,
    names}.

    `texts` are the vendor's own words, where the title does not repeat them.
    """
    every = [(_told(each, software, has_amounts=has_amounts), each) for each in refused]
    titles = Counter((words.title, words.remedy) for words, _ in every)
    found = []
    for title, count in titles.most_common():
        alike = [(words, each) for words, each in every if (words.title, words.remedy) == title]
        words = alike[0][0]
        texts = dict.fromkeys(w.text for w, _ in alike if w.text and is_known(w.code))
        found.append(
            {
                "count": count,
                "title": words.sentence,
                "cause": words.cause,
                "remedy": words.remedy,
                "who_can": words.who_can[:1].lower() + words.who_can[1:],
                "is_known": is_known(words.code),
                "texts": list(texts),
                "names": sorted(_named(each) for _, each in alike),
            }
        )
    return found


def _told(publication: Publication, software: str, *, has_amounts: bool) -> Told:
    problem = publication.problems[0] if publication.problems else {}
    text = problem.get("text") or ""
    facts = {"text": text if has_amounts else _without_amounts(text), "software": software}
    return told(problem.get("code") or "", facts)


def _without_amounts(text: str) -> str:
    return AMOUNT.sub("…", text)


def _named(publication: Publication) -> str:
    draft = draft_of(publication)
    return " ".join(filter(None, (draft.contact_name, draft.number)))
