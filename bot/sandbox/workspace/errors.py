"""What goes wrong, in Slack's words for the bot and in plain words for a driver."""

from typing import Any


class SlackError(Exception):
    """Answered to the bot as `{"ok": false, "error": …}` with `fields` beside it."""

    def __init__(self, error: str, **fields: Any) -> None:
        super().__init__(error)
        self.error = error
        self.fields = fields


class Refused(Exception):  # it reads as what happened to the person, not as a fault
    """A person or a driver asked for something the workspace does not have or allow."""

    def __init__(self, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
