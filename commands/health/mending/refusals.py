"""What a vendor's no to a change of its ledger means to the person who asked for it."""

from collections.abc import Callable

from commands.connections.losses import reconnect_button
from commands.errors import CommandError, Refused
from commands.health.running.held import Found, health_button
from commands.replies import Button, Style
from providers.errors import (
    AuthorizationLost,
    Missing,
    NotPermitted,
    OutcomeUnknown,
    Outdated,
    ProviderError,
    Rejected,
)


def refusal(own: Found, error: ProviderError, again: Button) -> CommandError | None:
    """None for what is said of every command alike: that the vendor does not answer just now."""
    for kind, say in _MEANINGS.items():
        if isinstance(error, kind):
            return say(own, error, again)
    return None


def _software(own: Found) -> str:
    return own.look.books.software


def _reconnect(own: Found) -> Button:
    return reconnect_button(own.connection, Style.PRIMARY)


def _unknown(own: Found, error: ProviderError, again: Button) -> CommandError:
    del error
    health = health_button(own.client)
    return Refused("health/mend_unknown", again, health, software=_software(own))


def _refused(own: Found, error: ProviderError, again: Button) -> CommandError:
    del again
    problems = error.problems if isinstance(error, Rejected) else ()
    says = [problem.text for problem in problems if problem.text]
    health = health_button(own.client)
    return Refused("health/mend_refused", health, software=_software(own), says=says)


def _not_permitted(own: Found, error: ProviderError, again: Button) -> CommandError:
    del again
    needed = error.needed if isinstance(error, NotPermitted) else ""
    return Refused(
        "health/mend_not_permitted", _reconnect(own), software=_software(own), needed=needed
    )


def _disconnected(own: Found, error: ProviderError, again: Button) -> CommandError:
    del error, again
    facts = {"client": own.client.name, "software": _software(own)}
    return Refused("health/mend_disconnected", _reconnect(own), **facts)


def _missing(own: Found, error: ProviderError, again: Button) -> CommandError:
    del error, again
    return Refused("health/mend_missing", health_button(own.client), software=_software(own))


_MEANINGS: dict[type[ProviderError], Callable[[Found, ProviderError, Button], CommandError]] = {
    OutcomeUnknown: _unknown,
    Rejected: _refused,
    NotPermitted: _not_permitted,
    AuthorizationLost: _disconnected,
    Missing: _missing,
    Outdated: _missing,
}
