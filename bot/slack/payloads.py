"""What is sent to Slack: drawn, checked against its limits, and never refused by it."""

from collections.abc import Callable, Iterable

import msgspec

from bot.slack import charts, forms, limits, render
from bot.slack.forms import Origin
from bot.slack.render import Json
from bot.telemetry import log
from commands.charts import Chart
from commands.replies import Form, Home, Part, Reply

CHARTS = "charts"  # beside what Slack is given, and never part of it
REMEMBERED = 500  # payloads, of some kilobytes each


class InvalidPayload(Exception):
    """A payload of ours is beyond Slack's limits; a mistake in a screen, not in what was asked."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))


class Payloads:
    """Draws answers. A payload Slack would refuse raises when `is_strict`, else loses its blocks.

    Tests are strict; in production the words still arrive, and the error is logged for us. Charts
    that Slack does not draw itself come beside the blocks that wait for their pictures
    (bot/slack/pictures.py). `draws_charts` says whether it draws those of messages.
    """

    def __init__(self, *, is_strict: bool, draws_charts: bool = True) -> None:
        self._is_strict = is_strict
        self._draws_charts = draws_charts
        self._sound: set[bytes] = set()  # payloads that were checked already; many are sent again

    def message(self, reply: Reply) -> Json:
        payload = render.message(reply, draws_charts=self._draws_charts)
        if self._is_sound(payload, limits.check_message):
            return _with_charts(payload, reply.parts)
        return {"text": payload["text"]}

    def form(self, form: Form, origin: Origin) -> Json:
        return self._view(forms.form_view(form, origin), origin, form.parts)

    def panel(self, title: str, parts: tuple[Part, ...], origin: Origin) -> Json:
        return self._view(forms.reply_view(title, parts, origin), origin, parts)

    def home(self, page: Home) -> Json:
        view = render.home(page)
        if self._is_sound(view, limits.check_view):
            return _with_charts(view, page.parts)
        return {"type": "home", "blocks": _words_alone(view)}

    def _view(self, view: Json, origin: Origin, parts: Iterable[Part]) -> Json:
        if self._is_sound(view, limits.check_view):
            return _with_charts(view, parts)
        return forms.panel(forms.title_of(view), _words_alone(view), origin, close="Close")

    def _is_sound(self, payload: Json, check: Callable[[Json], list[str]]) -> bool:
        written = msgspec.json.encode(payload)
        if written in self._sound:
            return True
        problems = check(payload)
        if not problems:
            self._remember(written)
            return True
        if self._is_strict:
            raise InvalidPayload(problems)
        log.error("payload.invalid", problems=problems)
        return False

    def _remember(self, written: bytes) -> None:
        if len(self._sound) >= REMEMBERED:
            self._sound.clear()
        self._sound.add(written)


def _with_charts(payload: Json, parts: Iterable[Part]) -> Json:
    """With the charts in their order, where a block waits for one."""
    if not any(charts.waiting(block) is not None for block in payload["blocks"]):
        return payload
    every = [msgspec.to_builtins(part) for part in parts if isinstance(part, Chart)]
    return payload | {CHARTS: every}


def _words_alone(view: Json) -> list[Json]:
    text = {"type": "plain_text", "text": render.spoken(view["blocks"])}
    return [{"type": "section", "text": text}]
