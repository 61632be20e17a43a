"""What to do with a message that could not be sent: pure, so that the table can be read."""

from dataclasses import dataclass
from datetime import timedelta

from slack_sdk.errors import SlackApiError

from bot.slack import refusals
from bot.slack.installs import NotInstalled
from storage.vault import CannotOpen

PATIENCE = timedelta(days=7)  # an archived channel or a dead token may take a person that long
ELSEWHERE = timedelta(minutes=10)  # somebody has to invite us, or to install us again
LONGEST = timedelta(minutes=1)  # between attempts while Slack is down


@dataclass(frozen=True, kw_only=True, slots=True)
class Setback:
    """`wait` is None when it will never arrive. `may_stand` if it may be in Slack all the same.

    `needs_invitation` if an administrator has to let us into the channel.
    """

    reason: str
    wait: timedelta | None
    may_stand: bool = False
    needs_invitation: bool = False


def setback(error: Exception, *, attempts: int, age: timedelta) -> Setback:
    """What this failure means after so many attempts, of a message this old."""
    found = _of_slack(error, attempts) if isinstance(error, SlackApiError) else _of(error, attempts)
    if age > PATIENCE:
        return Setback(reason=found.reason, wait=None)
    return found


def _of_slack(error: SlackApiError, attempts: int) -> Setback:
    reason = refusals.code(error) or f"status {refusals.status(error)}"
    quiet = refusals.retry_after(error)
    if quiet is not None:
        return Setback(reason=reason, wait=quiet)
    if reason in refusals.NOT_THERE:
        return Setback(reason=reason, wait=ELSEWHERE, needs_invitation=True)
    if reason in refusals.TOKEN_REFUSED:
        return Setback(reason=reason, wait=ELSEWHERE)
    if refusals.is_passing(error):
        return Setback(reason=reason, wait=_pause(attempts), may_stand=True)
    return Setback(reason=reason, wait=None)


def _of(error: Exception, attempts: int) -> Setback:
    reason = type(error).__name__
    if isinstance(error, NotInstalled):
        return Setback(reason=reason, wait=ELSEWHERE)
    if isinstance(error, CannotOpen):
        return Setback(reason=reason, wait=None)
    return Setback(reason=reason, wait=_pause(attempts), may_stand=True)


def _pause(attempts: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(attempts - 1, 10)), LONGEST)
