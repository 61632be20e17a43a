"""What is sent to Slack: drawn, checked against its limits, and never refused by it."""

from collections.abc import Callable

import msgspec

from bot.slack import forms, limits, render
from bot.slack.forms import Origin
from bot.slack.render import Json
from bot.telemetry import log
from commands.replies import Form, Home, Part, Reply

REMEMBERED = 500  # payloads, of some kilobytes each


class InvalidPayload(Exception):
    """A payload of ours is beyond Slack's limits; a mistake in a screen, not in what was asked."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))


class Payloads:
    """Draws answers. A payload Slack would refuse raises when `is_strict`, else loses its blocks.

    Tests are strict; in production the words still arrive, and the error is logged for us.
    """

    def __init__(self, *, is_strict: bool) -> None:
        self._is_strict = is_strict
        self._sound: set[bytes] = set()  # payloads that were checked already; many are sent again

    def message(self, reply: Reply) -> Json:
        payload = render.message(reply)
        if self._is_sound(payload, limits.check_message):
            return payload
        return {"text": payload["text"]}

    def form(self, form: Form, origin: Origin) -> Json:
        return self._view(forms.form_view(form, origin), origin)

    def panel(self, title: str, parts: tuple[Part, ...], origin: Origin) -> Json:
        return self._view(forms.reply_view(title, parts, origin), origin)

    def home(self, page: Home) -> Json:
        view = render.home(page)
        if self._is_sound(view, limits.check_view):
            return view
        return {"type": "home", "blocks": _words_alone(view)}

    def _view(self, view: Json, origin: Origin) -> Json:
        if self._is_sound(view, limits.check_view):
            return view
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


def _words_alone(view: Json) -> list[Json]:
    text = {"type": "plain_text", "text": render.spoken(view["blocks"])}
    return [{"type": "section", "text": text}]
