"""Faults a test has asked for, each used up a given number of times."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.sandbox.workspace.errors import Refused


class SlackFault(StrEnum):
    """What the Web API can be told to do wrong; `error:<code>` answers that code besides."""

    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"


class BotFault(StrEnum):
    """What can be wrong with a delivery to the bot."""

    DUPLICATE = "duplicate"
    DUPLICATE_NEW_ID = "duplicate_new_id"
    BAD_SIGNATURE = "bad_signature"
    OLD_TIMESTAMP = "old_timestamp"
    LOST = "lost"


@dataclass(kw_only=True, slots=True)
class Fault:
    """`method` narrows a fault of the Web API; `seconds` is how long it lasts, where it does."""

    target: str
    name: str
    times: int
    method: str | None = None
    seconds: float | None = None


def _checked(fault: Fault) -> Fault:
    known: dict[str, type[StrEnum]] = {"slack": SlackFault, "bot": BotFault}
    if fault.target not in known:
        raise Refused(f"no fault target {fault.target!r}; there are slack, bot, xero, quickbooks")
    names = [member.value for member in known[fault.target]]
    free = fault.target == "slack" and fault.name.startswith("error:")
    if fault.name not in names and not free:
        extra = ", error:<code>" if fault.target == "slack" else ""
        raise Refused(
            f"no fault {fault.name!r} of {fault.target}; there are {', '.join(names)}{extra}"
        )
    return fault


class Faults:
    """Faults waiting to happen, first asked first used."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Raises Refused for a target or fault that does not exist."""
        self._waiting.append(_checked(fault))

    def clear(self, target: str) -> None:
        self._waiting = [fault for fault in self._waiting if fault.target != target]

    def take_slack(self, method: str) -> Fault | None:
        """Use up one turn of the first fault that applies to this method."""
        return self._take(
            fault
            for fault in self._waiting
            if fault.target == "slack" and fault.method in (None, method)
        )

    def take_bot(self, *names: BotFault) -> Fault | None:
        """Use up one turn of the first waiting fault among `names`."""
        return self._take(
            fault for fault in self._waiting if fault.target == "bot" and fault.name in names
        )

    def _take(self, candidates: Iterable[Fault]) -> Fault | None:
        for fault in candidates:
            if fault.times > 0:
                fault.times -= 1
                return fault
        return None
