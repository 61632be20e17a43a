"""Addresses of our own pages and of Slack."""

from urllib.parse import quote, urlsplit

from bot.settings import SLACK_API_URL

SLACK_CLIENT = "https://app.slack.com/client"


class WebLinks:
    """The Links of commands. A Slack elsewhere is opened where its Web API is, without `/api/`."""

    def __init__(self, *, public_url: str, slack_api_url: str = SLACK_API_URL) -> None:
        self._public_url = public_url.rstrip("/")
        self._slack = SLACK_CLIENT
        if slack_api_url != SLACK_API_URL:
            parts = urlsplit(slack_api_url)
            root = parts.path.removesuffix("/").removesuffix("/api")
            self._slack = f"{parts.scheme}://{parts.netloc}{root}/client"

    def start(self, secret: str) -> str:
        return f"{self._public_url}/oauth/start/{quote(secret, safe='')}"

    def callback(self, provider: str) -> str:
        return f"{self._public_url}/oauth/callback/{quote(provider, safe='')}"

    def slack(self, workspace_id: str, channel_id: str | None = None) -> str:
        place = f"/{quote(channel_id, safe='')}" if channel_id else ""
        return f"{self._slack}/{quote(workspace_id, safe='')}{place}"
