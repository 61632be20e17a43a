"""What a person is told when something did not work; the unexpected gets a number to quote."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from bot.slack.actor import Outsider
from bot.slack.refusals import code
from bot.slack.words import fill
from bot.telemetry import log, new_correlation_id
from commands.errors import CommandError, Invalid, answer
from commands.replies import Answer, Button, Invocation, Reply, say
from providers.errors import LimitScope, ProviderError, RateLimited, TryAgain

Drawn = TypeVar("Drawn")


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of an invocation. `fields` are the wrong ones of a form: {name: what to do}."""

    answer: Answer
    is_failure: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)


async def outcome(
    work: Awaitable[Answer | None], *, reference: str, again: Callable[[], Invocation | None]
) -> Outcome | None:
    """The answer, or what is to be said instead of it; never raises.

    None where there is nothing to answer. `again` is asked after a failure what could be retried.
    """
    try:
        found = await work
        return Outcome(answer=found) if found else None
    except Invalid as error:
        return Outcome(answer=_refusal(error), is_failure=True, fields=error.fields)
    except CommandError as error:
        log.info("command.refused", code=error.code)
        return Outcome(answer=_refusal(error), is_failure=True)
    except Outsider as error:
        log.info("command.refused", code=f"outsider_{error.why}")
        return Outcome(answer=_private("slack/outsider", why=error.why.value), is_failure=True)
    except ProviderError as error:
        log.warning("command.failed", error=type(error).__name__, provider=error.provider)
        return Outcome(answer=_vendor(error, reference, again()), is_failure=True)
    except Exception:
        log.exception("command.failed")
        return Outcome(answer=apology(reference, again()), is_failure=True)


def drawn(
    draw: Callable[[Outcome], Drawn],
    found: Outcome,
    *,
    apologise: Callable[[], Outcome],
    reference: str,
) -> Drawn:
    """Draw the answer; where it cannot be drawn, say that it went wrong."""
    try:
        return draw(found)
    except Exception:
        log.exception("answer.not_drawn", correlation_id=reference)
        return draw(apologise())


async def delivered(*ways: Callable[[], Awaitable[None]]) -> bool:
    """Show an answer the first way that works; never raises."""
    for number, way in enumerate(ways):
        try:
            await way()
        except Exception as error:
            slack = code(error) if isinstance(error, SlackApiError) else None
            log.exception("answer.not_delivered", attempt=number, slack=slack)
        else:
            return True
    return False


def apology(reference: str, again: Invocation | None) -> Reply:
    """Something went wrong on our side."""
    return _private("slack/failed", *_try_again(again), reference=reference)


def open_again(again: Invocation) -> Reply:
    """A form came too late for Slack to open it."""
    return _private("slack/open_again", Button(label="Open again", does=again))


def _refusal(error: CommandError) -> Reply:
    return replace(answer(error), replaces=False)


def _vendor(error: ProviderError, reference: str, again: Invocation | None) -> Reply:
    if isinstance(error, TryAgain):
        is_month = isinstance(error, RateLimited) and error.scope is LimitScope.MONTH
        facts = {"provider": error.provider, "is_month": is_month}
        return _private("slack/vendor", *_try_again(again), **facts)
    return apology(reference, again)


def _private(template: str, *buttons: Button, **facts: object) -> Reply:
    return replace(say(template, *buttons, **facts), replaces=False)


def _try_again(again: Invocation | None) -> tuple[Button, ...]:
    return (Button(label="Try again", does=again),) if again else ()


async def unhandled(error: Exception, body: Mapping[str, object]) -> BoltResponse:
    """A listener broke before it could answer. A number to quote beats Slack's own words."""
    reference = new_correlation_id()
    log.error("listener.failed", correlation_id=reference, exc_info=error)
    if "command" not in body:
        return BoltResponse(status=500, body="")
    text = fill("slack/failed", {"reference": reference})
    return BoltResponse(status=200, body={"response_type": "ephemeral", "text": text})
