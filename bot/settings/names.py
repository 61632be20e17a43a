"""What each setting is called, and the line that says what is wrong with it."""

from collections.abc import Mapping

PREFIX = "DEXT_"

EXAMPLES = {
    "database_url": "postgresql://dext@db.example.com/dext",
    "public_url": "https://dext.example.com",
    "secret_keys": "the output of: openssl rand -base64 32",
    "slack_bot_token": "xoxb-…, from Slack's page OAuth & Permissions",
    "slack_app_token": "xapp-…, from Slack's page Basic Information, App-Level Tokens",
    "slack_signing_secret": "32 hexadecimal digits, from Slack's page Basic Information",
    "slack_api_url": "https://slack.com/api/",
    "xero_client_id": "from developer.xero.com, My Apps, Configuration",
    "xero_client_secret": "from developer.xero.com, My Apps, Configuration",
    "xero_root_url": "http://127.0.0.1:8765/ledgers/xero",
    "quickbooks_client_id": "from developer.intuit.com, Keys & credentials",
    "quickbooks_client_secret": "from developer.intuit.com, Keys & credentials",
    "quickbooks_root_url": "http://127.0.0.1:8765/ledgers/quickbooks",
    "xero_webhook_key": "from developer.xero.com, My Apps, Webhooks",
    "quickbooks_webhook_token": "from developer.intuit.com, Webhooks, Verifier token",
    "sync_every": "24h",
    "port": "8000",
    "host": "0.0.0.0",  # noqa: S104  # an example in words, nothing is bound
}

WHY: Mapping[str, str] = {
    "public_url": "people follow links to it when they sign in to their software",
    "secret_keys": "tokens are kept sealed with it",
    "slack_bot_token": "nothing can be said in Slack without it",
}


class BadSettings(Exception):
    """Settings are missing or malformed: one line each, fit to be printed."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def name_of(field: str) -> str:
    """The name in the environment."""
    return (PREFIX + field).upper()


def problem(field: str, what: str) -> str:
    example = EXAMPLES.get(field)
    return f"{name_of(field)} {what}" + (f" (example: {example})" if example else "")
