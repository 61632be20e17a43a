"""The words of templates as Slack's mrkdwn: every value is escaped, nothing else is."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

TEMPLATES = Path(__file__).with_name("templates")
QUOTES = {"&#34;": '"', "&#39;": "'"}  # Slack wants only & < > escaped


def fill(template: str, data: Mapping[str, Any]) -> str:
    """The text of `<area>/<name>`. Raises jinja2.UndefinedError where `data` lacks a value."""
    compiled = _template(template)
    # as `render` does it, without copying the data twice over
    text = "".join(compiled.root_render_func(compiled.new_context(dict(data), shared=True)))
    if "&#3" in text:
        for entity, character in QUOTES.items():
            text = text.replace(entity, character)
    return text.strip()


def plain(text: str) -> str:
    """Escape what a person typed, or a ledger said, for mrkdwn."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@cache
def _template(name: str) -> Template:
    return _environment().get_template(f"{name}.jinja")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_absent_prints_nothing,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= FILTERS
    environment.globals.clear()  # unused, and each import in a template would look through them
    return environment


def precompile() -> int:
    """Compile every template now rather than under somebody's first command; how many there are."""
    names = [
        path.relative_to(TEMPLATES).with_suffix("").as_posix()
        for path in TEMPLATES.rglob("*.jinja")
    ]
    for name in names:
        _template(name)
    return len(names)


def _absent_prints_nothing(value: Any) -> Any:
    return "" if value is None else value


def _one_line(value: Any) -> str:
    return " ".join(str(value).split())


@lru_cache(maxsize=4096)  # a page tells the same few instants whenever it is asked for
def _date(value: datetime, shape: str, fallback: str) -> Markup:
    """Slack shows it in the reader's own time zone; the fallback is for where it cannot."""
    written = value.strftime(fallback)
    return Markup(f"<!date^{int(value.timestamp())}^{shape}|{written}>")  # noqa: S704  # no input


def moment(value: datetime) -> Markup:
    return _date(value, "{date_short_pretty} at {time}", "%-d %b %Y, %H:%M UTC")


def day(value: datetime | date) -> Markup:
    """A calendar date without a time stays as it is; an instant falls on the reader's own day."""
    if isinstance(value, datetime):
        return _date(value, "{date}", "%-d %B %Y")
    return escape(value.strftime("%-d %B %Y"))


def clock(value: datetime) -> Markup:
    return _date(value, "{time}", "%H:%M UTC")


def ago(value: datetime) -> Markup:
    return _date(value, "{ago}", "%-d %b %Y, %H:%M UTC")


def _around(before: str, text: str, after: str) -> Markup:
    """Our own marks around an escaped text; quicker than formatting, and this runs most."""
    return Markup(f"{before}{escape(text)}{after}")  # noqa: S704  # the text is escaped


def mention(user_id: str) -> Markup:
    return _around("<@", user_id, ">")


def channel(channel_id: str) -> Markup:
    return _around("<#", channel_id, ">")


def number(value: int | Decimal) -> str:
    return f"{value:,}"


def bold(value: Any) -> Markup:
    """In bold, which cannot hold a star, a line break or nothing."""
    text = _one_line(value).replace("*", "∗")
    return _around("*", text, "*") if text else Markup("")


def code(value: Any) -> Markup:
    """As code, which cannot hold a backtick."""
    text = _one_line(value).replace("`", "ˋ")
    return _around("`", text, "`") if text else Markup("")


def link(address: str, text: Any) -> Markup:
    """A word to follow. The address is ours or a vendor's, and escaped as addresses are."""
    target = str(address).replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E")
    return _around(f"<{target.replace('|', '%7C')}|", _one_line(text).replace("|", "/"), ">")


def joined(values: Iterable[Any], conjunction: str = "and") -> Markup:
    """`one`, `one and two`, `one, two and three`."""
    items = [escape(value) for value in values]
    if len(items) < 2:
        return Markup("").join(items)
    return Markup("{} {} {}").format(Markup(", ").join(items[:-1]), conjunction, items[-1])


def cut(value: Any, longest: int = 40) -> str:
    """What somebody typed, said back to them: as much of it as tells which."""
    text = _one_line(value)
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 client`, `2 clients`; `many` where an s will not do."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


FILTERS = {
    "ago": ago,
    "bold": bold,
    "channel": channel,
    "clock": clock,
    "code": code,
    "cut": cut,
    "day": day,
    "joined": joined,
    "link": link,
    "mention": mention,
    "moment": moment,
    "number": number,
    "plural": plural,
}
