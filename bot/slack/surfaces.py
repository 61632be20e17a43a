"""Where an answer goes, by where the question came from.

A private answer never replaces what others can read; one for everybody goes through the outbox.
What was typed into a form is kept when its submission fails: the reason is pushed on top of it.
"""

from dataclasses import replace
from typing import Any

from bot.slack import forms
from bot.slack.failures import Outcome
from bot.slack.payloads import CHARTS
from bot.slack.pictures import without
from bot.slack.render import Json
from bot.slack.voice import Asked, Voice, heading_of
from commands.replies import Answer, Audience, Button, Form, Home, Invocation, Reply, say


def as_reply(answer: Reply | Home) -> Reply:
    """App Home's content where there is no Home to show it in."""
    return Reply(parts=answer.parts) if isinstance(answer, Home) else answer


def is_silent(answer: Answer) -> bool:
    """Whether another message says it."""
    return isinstance(answer, Reply) and not answer.parts


class Surface:
    """A shortcut, and what the other surfaces do unless they know better."""

    def __init__(self, voice: Voice, asked: Asked) -> None:
        self.voice = voice
        self.asked = asked

    async def show(self, outcome: Outcome, again: Invocation | None) -> None:
        """`again` is what was asked, for a second attempt when Slack's patience has ended."""
        outcome = await self._handed_over(outcome)
        answer = outcome.answer
        if isinstance(answer, Form):
            await self._form(answer, again)
        elif isinstance(answer, Reply) and answer.audience is Audience.CHANNEL:
            await self._public(answer)
        else:
            await self._private(answer, outcome, again)

    async def redraw(self, page: Reply, *, token: str) -> None:
        """Show anew what the click came from, where that is known to stand there still."""

    async def _handed_over(self, outcome: Outcome) -> Outcome:
        """With its files gone to whoever asked; where they could not, that is the answer."""
        answer = outcome.answer
        if not isinstance(answer, Reply) or not answer.files:
            return outcome
        if await self.voice.hand_over(self.asked, answer.files):
            return replace(outcome, answer=replace(answer, files=()))
        return Outcome(answer=replace(say("slack/no_file"), replaces=False), is_failure=True)

    async def _form(self, form: Form, again: Invocation | None) -> None:
        await self.voice.open_form(self.asked, form, again=again)

    async def _public(self, reply: Reply) -> None:
        if self.asked.channel_id is None or self.asked.is_direct:
            await self.voice.whisper(self.asked, reply)
        else:
            await self.voice.say_in_channel(self.asked, self.asked.channel_id, reply)

    async def _private(
        self, answer: Reply | Home, outcome: Outcome, again: Invocation | None
    ) -> None:
        await self.voice.open_panel(self.asked, as_reply(answer), again=again)


class FromCommand(Surface):
    """`/dext …`, answered within the acknowledgement where it is quick enough."""

    def acknowledgement(self, outcome: Outcome) -> Json | None:
        """The answer as the body of the acknowledgement, if it can be given there."""
        answer = outcome.answer
        if isinstance(answer, Form):
            return None
        if isinstance(answer, Reply) and (answer.audience is Audience.CHANNEL or answer.files):
            return None
        if is_silent(answer):
            return None
        message = self.voice.payloads.message(as_reply(answer))
        if CHARTS in message:  # pictures take longer than Slack waits
            return None
        return {"response_type": "ephemeral", **message}

    async def _private(
        self, answer: Reply | Home, outcome: Outcome, again: Invocation | None
    ) -> None:
        await self.voice.whisper(self.asked, as_reply(answer))


class FromMessage(Surface):
    """A button in a message; `is_private` if only this person can read the message."""

    def __init__(self, voice: Voice, asked: Asked, *, is_private: bool) -> None:
        super().__init__(voice, asked)
        self._is_private = is_private

    async def _public(self, reply: Reply) -> None:
        if reply.replaces and not self._is_private:
            await self.voice.replace(self.asked, reply, in_channel=True)
        else:
            await super()._public(reply)

    async def _private(
        self, answer: Reply | Home, outcome: Outcome, again: Invocation | None
    ) -> None:
        reply = as_reply(answer)
        if reply.replaces and self._is_private and not outcome.is_failure:
            await self.voice.replace(self.asked, reply, in_channel=self.asked.is_direct)
        else:
            await self.voice.whisper(self.asked, reply)

    async def redraw(self, page: Reply, *, token: str) -> None:
        if self._is_private:
            await self.voice.redraw(self.asked, page, token=token)


class FromModal(Surface):
    """A button in a modal: what it leads to takes the place of the view."""

    def __init__(self, voice: Voice, asked: Asked, view: dict[str, Any]) -> None:
        super().__init__(voice, asked)
        self._view = view

    async def _form(self, form: Form, again: Invocation | None) -> None:
        origin = self.asked.origin(form.submits)
        await self._update(self.voice.payloads.form(form, origin))

    async def _public(self, reply: Reply) -> None:
        await super()._public(reply)
        await self._update(self._panel(_said_in(self.asked.channel_id)))

    async def _private(
        self, answer: Reply | Home, outcome: Outcome, again: Invocation | None
    ) -> None:
        reply = _said_in(self.asked.channel_id) if is_silent(answer) else as_reply(answer)
        panel = self._panel(reply)
        if outcome.is_failure:
            await self.voice.push_view(self.asked, panel)
        else:
            await self._update(panel)

    async def _update(self, view: Json) -> None:
        expected = self._view["hash"]
        await self.voice.update_view(self.asked, self._view["id"], view, expected=expected)

    def _panel(self, reply: Reply) -> Json:
        return panel(self.voice, self.asked, forms.title_of(self._view), reply)


class FromSubmission(FromModal):
    """A form that was sent in, answered within the acknowledgement or in its place later."""

    def acknowledgement(self, outcome: Outcome) -> Json:
        """What Slack is to do with the modal."""
        errors = self._errors(outcome)
        if errors:
            return {"response_action": "errors", "errors": errors}
        answer = outcome.answer
        if isinstance(answer, Form):
            view = self.voice.payloads.form(answer, self.asked.origin(answer.submits))
            return {"response_action": "update", "view": without(view)}
        if self.is_for_channel(outcome) or self.is_for_message(outcome) or is_silent(answer):
            return {"response_action": "clear"}
        action = "push" if outcome.is_failure else "update"
        return {"response_action": action, "view": without(self._panel(as_reply(answer)))}

    def is_for_channel(self, outcome: Outcome) -> bool:
        answer = outcome.answer
        is_public = isinstance(answer, Reply) and answer.audience is Audience.CHANNEL
        return is_public and self.asked.channel_id is not None and not self.asked.is_direct

    def is_for_message(self, outcome: Outcome) -> bool:
        """Whether the private message it began in becomes the answer, and so is never stale."""
        answer = outcome.answer
        takes_place = isinstance(answer, Reply) and answer.replaces and not outcome.is_failure
        return takes_place and self.asked.message_url is not None

    def working(self) -> Json:
        """The modal while a slow command runs."""
        return {"response_action": "update", "view": self._panel(say("slack/working"))}

    async def follow(self, outcome: Outcome) -> None:
        """Everything of an answer that the acknowledgement could not say."""
        outcome = await self._handed_over(outcome)
        if self.is_for_channel(outcome):
            assert isinstance(outcome.answer, Reply)
            assert self.asked.channel_id is not None
            await self.voice.say_in_channel(self.asked, self.asked.channel_id, outcome.answer)
        elif self.is_for_message(outcome):
            assert isinstance(outcome.answer, Reply)
            asked = replace(self.asked, response_url=self.asked.message_url)
            await self.voice.replace(asked, outcome.answer, in_channel=False)

    async def show_late(self, outcome: Outcome) -> None:
        """The working view becomes the answer; where it was closed, a message says it."""
        await self.follow(outcome)
        answer = outcome.answer
        if isinstance(answer, Form):
            view = self.voice.payloads.form(answer, self.asked.origin(answer.submits))
            await self.voice.update_view(self.asked, self._view["id"], view)
            return
        is_said = self.is_for_channel(outcome) or is_silent(answer)
        reply = _said_in(self.asked.channel_id) if is_said else as_reply(answer)
        is_open = await self.voice.update_view(self.asked, self._view["id"], self._panel(reply))
        if not (is_open or is_said):
            await self.voice.whisper(self.asked, reply)

    def _errors(self, outcome: Outcome) -> dict[str, str]:
        """{block id: what to do}; empty where the wrong fields are not in this form."""
        ids = forms.block_ids(self._view)
        if not outcome.fields or not set(outcome.fields) <= set(ids):
            return {}
        return {ids[name]: text for name, text in outcome.fields.items()}


class FromHome(Surface):
    """A button in App Home: a modal says the answer, Home itself shows what has changed."""

    async def show(self, outcome: Outcome, again: Invocation | None) -> None:
        if isinstance(outcome.answer, Home):
            await self.voice.publish_home(self.asked, outcome.answer)
        else:
            await super().show(outcome, again)


class FromWords(Surface):
    """Something said to the bot in a direct message or by mentioning it."""

    async def _form(self, form: Form, again: Invocation | None) -> None:
        """Words bring no permission to open a modal; a button does."""
        assert again is not None, "a form answers something that was asked"
        label = form.title if len(form.title) <= 24 else "Open"
        await self.voice.whisper(
            self.asked, say("slack/say_where", Button(label=label, does=again))
        )

    async def _private(
        self, answer: Reply | Home, outcome: Outcome, again: Invocation | None
    ) -> None:
        await self.voice.whisper(self.asked, as_reply(answer))


def panel(voice: Voice, asked: Asked, title: str, reply: Reply) -> Json:
    heading = heading_of(reply)
    return voice.payloads.panel(
        title if heading == "Dext" else heading, reply.parts, asked.origin(None)
    )


def _said_in(channel_id: str | None) -> Reply:
    return replace(say("slack/done_in_channel", channel_id=channel_id or ""), replaces=False)
