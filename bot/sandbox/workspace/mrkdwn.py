"""Slack's mark-up as a person reads it: names, dates in the reader's zone, no asterisks."""

import re
from collections.abc import Callable

from bot.sandbox.workspace.dates import formatted_date

Name = Callable[[str], str]

_TOKEN = re.compile(r"<([^<>]+)>")
_CODE = re.compile(r"```(.+?)```|`([^`\n]+)`", re.DOTALL)
_EMPHASIS = re.compile(r"(?<![\w*_~])([*_~])(?=\S)(.+?)(?<=\S)\1(?![\w*_~])")
_EMOJI = re.compile(r":([a-z0-9_+-]+):")

EMOJI = {
    "arrows_counterclockwise": "🔄", "bank": "🏦", "bell": "🔔", "book": "📖", "bulb": "💡",
    "calendar": "📅", "chart_with_upwards_trend": "📈", "clock3": "🕒", "gear": "⚙",
    "green_heart": "💚", "hourglass": "⌛", "hourglass_flowing_sand": "⏳", "key": "🔑",
    "link": "🔗", "lock": "🔒", "no_entry": "⛔", "red_circle": "🔴", "large_green_circle": "🟢",
    "large_yellow_circle": "🟡", "wastebasket": "🗑", "warning": "⚠", "wave": "👋",
    "white_check_mark": "✅", "white_circle": "⚪", "x": "❌",
}  # fmt: skip


def plain(text: str, *, tz: str, now: float, name: Name) -> str:
    """`name` gives `@ana` for a user id and `#acme` for a channel id."""

    def token(match: re.Match[str]) -> str:
        return _token(match[1], tz=tz, now=now, name=name)

    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[1] or match[2])
        return f"\x00{len(kept) - 1}\x00"

    marked = _CODE.sub(keep, text)
    shown = _emoji(_emphasis(_TOKEN.sub(token, marked)))
    for index, code in enumerate(kept):
        shown = shown.replace(f"\x00{index}\x00", _TOKEN.sub(token, code).strip("\n"))
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _emphasis(text: str) -> str:
    """Bold, italic and struck words without their marks, however they nest."""
    while (bare := _EMPHASIS.sub(r"\2", text)) != text:
        text = bare
    return text


def _emoji(text: str) -> str:
    return _EMOJI.sub(lambda match: EMOJI.get(match[1], match[0]), text)


def _token(inside: str, *, tz: str, now: float, name: Name) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("!date^"):
        return date_token(inside, tz=tz, now=now)
    if target.startswith(("@", "#")):
        return name(target[1:])
    if target.startswith("!"):
        return label or "@" + target[1:].partition("^")[0]
    return label or target.removeprefix("mailto:")


def date_token(inside: str, *, tz: str, now: float) -> str:
    """`!date^EPOCH^FORMAT[^LINK]|FALLBACK`, in the reader's time zone."""
    spec, _, fallback = inside.partition("|")
    parts = spec.split("^")
    try:
        epoch, pattern = int(parts[1]), parts[2]
    except (ValueError, IndexError):
        return fallback
    return formatted_date(epoch, pattern, tz=tz, now=now)
