"""Documents as pages that need nothing else: they are read anywhere, printed, and sent on."""

from base64 import b64encode
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.slack.charts import figures
from bot.slack.drawing import drawn
from bot.slack.words import plural
from commands.files import Document

HALF = 8  # categories that half of a page is wide enough for
PAGES = Path(__file__).with_name("pages")


def page(document: Document) -> bytes:
    """Its template filled, its charts within it."""
    pictures = [
        {
            "title": chart.title,
            "says": figures(chart),
            "is_wide": bool(chart.bands) or len(chart.categories) > HALF,
            "source": f"data:image/png;base64,{b64encode(drawn(chart)).decode()}",
        }
        for chart in document.charts
    ]
    filled = _environment().get_template(f"{document.template}.html.jinja")
    return filled.render(**document.data, pictures=pictures).encode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"moment": moment, "day": day, "number": number, "plural": plural}
    return environment


def moment(value: datetime | None) -> str:
    """On paper there is no reader's time zone."""
    return f"{value.astimezone(UTC):%-d %B %Y, %H:%M} UTC" if value else "never"


def day(value: date | None) -> str:
    return f"{value:%-d %B %Y}" if value else ""


def number(value: Any) -> str:
    return f"{value:,.2f}" if isinstance(value, Decimal) else f"{value:,}"
