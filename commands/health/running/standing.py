"""How an organisation stands, put together from what the checks saw and what people decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from commands.health.check import Check, Finding, Options, Verdict
from commands.health.registry import found
from commands.health.running.survey import Seen


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """One check as it counts: its verdict over the findings that are open."""

    code: str
    verdict: Verdict
    opened: int
    figures: Mapping[str, Any]


def judged(check: Check[Any], seen: Seen, options: Options, *, closed: frozenset[str]) -> Judged:
    """`closed` are fingerprints that people dismissed, or that wait."""
    if seen.missing is not None:
        return Judged(code=check.code, verdict=seen.missing, opened=0, figures={})
    opened = [each for each in seen.found.findings if each.fingerprint(check.code) not in closed]
    figures = plain(seen.found.figures)
    verdict = check.judge(opened, figures, options)
    return Judged(code=check.code, verdict=verdict, opened=len(opened), figures=figures)


def plain(figures: Mapping[str, Any]) -> dict[str, Any]:
    """As they are read back from the database: judging now and later is the same."""
    kept: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(dict(figures)))
    return kept


def default_weights() -> dict[str, int]:
    """Those of the checks themselves."""
    return {code: check.weight for code, check in found().items() if check.weight}


def columns(finding: Finding) -> dict[str, Any]:
    """What is kept of a finding."""
    return {
        "title": finding.title,
        "amount": finding.amount,
        "currency": finding.currency,
        "since": finding.since,
        "is_locked": finding.is_locked,
        "is_serious": finding.is_serious,
        "body": msgspec.json.decode(msgspec.json.encode(finding)),
    }


def finding(body: Mapping[str, Any]) -> Finding:
    """Inverse of `columns`, from its body; facts are plain values."""
    made: Finding = msgspec.convert(body, Finding, strict=False)
    return made
