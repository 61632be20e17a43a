"""What Slack means when it refuses a call."""

from datetime import timedelta

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

TRIGGER_GONE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})
VIEW_GONE = frozenset({"not_found", "view_not_found", "hash_conflict"})
MESSAGE_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
NOT_THERE = frozenset(
    {"not_in_channel", "channel_not_found", "is_archived", "restricted_action"}
)  # fmt: skip
TOKEN_REFUSED = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired",
     "not_allowed_token_type", "missing_scope"}
)  # fmt: skip
BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
LIMITED = frozenset({"ratelimited", "rate_limited"})
TROUBLED = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout",
     "team_added_to_org"}
)  # fmt: skip


def code(error: SlackApiError) -> str:
    """Slack's word for it; empty where the answer was no answer of Slack's."""
    response = error.response
    if isinstance(response, AsyncSlackResponse) and isinstance(response.data, dict):
        return str(response.data.get("error") or "")
    return ""


def status(error: SlackApiError) -> int:
    response = error.response
    if isinstance(response, AsyncSlackResponse):
        return int(response.status_code)
    return int(getattr(response, "status", 0))  # the HTTP answer itself, when it is not JSON


def retry_after(error: SlackApiError) -> timedelta | None:
    """How long Slack wants us to be quiet, where it does."""
    if status(error) != 429 and code(error) not in LIMITED:
        return None
    headers = {name.lower(): value for name, value in error.response.headers.items()}
    said = str(headers.get("retry-after", "1"))
    return timedelta(seconds=max(1, int(said) if said.isdigit() else 1))


def is_passing(error: SlackApiError) -> bool:
    """Slack's own trouble; the same call may work later."""
    return status(error) >= 500 or code(error) in TROUBLED or not code(error)


def trigger_is_gone(error: SlackApiError) -> bool:
    """Slack reports a dead trigger under its own name or among the messages of another error."""
    if code(error) in TRIGGER_GONE:
        return True
    if not isinstance(error.response, AsyncSlackResponse) or not code(error):
        return False
    notes = (error.response.get("response_metadata") or {}).get("messages") or ()
    return any("trigger_id" in str(note) for note in notes)


def view_is_gone(error: SlackApiError) -> bool:
    """The person closed it, or something newer is shown in it."""
    return code(error) in VIEW_GONE
