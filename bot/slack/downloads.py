"""Files out of Slack: looked up, and fetched with our token, which only Slack's own hosts see."""

from typing import Any
from urllib.parse import urljoin, urlsplit

from aiohttp import ClientError, ClientResponse, ClientTimeout
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.installs import Installs, NotInstalled
from bot.slack.refusals import code
from bot.telemetry import log
from commands.ports import Absence, Fetched, Unfetched

WITHIN = ClientTimeout(total=60)
CHUNK = 64 * 1024
MOST_REDIRECTS = 5
GONE = frozenset({"file_not_found", "file_deleted"})
MODES = {"tombstone": Absence.DELETED, "hidden_by_limit": Absence.HIDDEN}
OWN_HOSTS = ("slack.com", "slack-files.com", "slack-edge.com")
LOCKED = frozenset({"missing_scope", "invalid_auth", "token_revoked", "not_authed"})


class Downloads:
    """The Files of commands."""

    def __init__(self, installs: Installs) -> None:
        self._installs = installs

    async def fetch(self, workspace_id: str, file_id: str, *, most_bytes: int) -> Fetched:
        """Raises Unfetched."""
        try:
            client = await self._installs.client(workspace_id)
            told = (await client.files_info(file=file_id))["file"]
            found = _described(told)
            if found.absent or found.size > most_bytes:
                return found
            content = await _content(client, told, most_bytes=most_bytes)
        except SlackApiError as error:
            if code(error) in GONE:
                return Fetched(name="", mime="", size=0, absent=Absence.DELETED)
            raise Unfetched(code(error), is_locked=code(error) in LOCKED) from error
        except (ClientError, TimeoutError, OSError, NotInstalled) as error:
            log.warning("file.not_fetched", error=type(error).__name__)
            raise Unfetched(type(error).__name__) from error
        size = len(content)
        whole = content if size <= most_bytes else None
        return Fetched(name=found.name, mime=found.mime, size=max(size, found.size), content=whole)

    async def address(self, workspace_id: str, file_id: str, channel_id: str) -> str | None:
        """Nothing is lost where Slack does not say: the file is kept here as well."""
        try:
            client = await self._installs.client(workspace_id)
            told = (await client.files_info(file=file_id))["file"]
        except (SlackApiError, ClientError, TimeoutError, OSError, NotInstalled) as error:
            log.info("file.no_address", error=type(error).__name__)
            return None
        shared = [*told.get("channels", ()), *told.get("groups", ()), *told.get("ims", ())]
        address = str(told.get("permalink") or "")
        return address if address and channel_id in shared and not _absence(told) else None


async def _content(client: AsyncWebClient, told: dict[str, Any], *, most_bytes: int) -> bytes:
    """Up to one byte more than is wanted. Raises Unfetched.

    Redirects are followed by hand: Slack's own stores want the token, and nobody else may see it.
    """
    assert client.session is not None, "our clients share the session of the process"
    headers = {"authorization": f"Bearer {client.token}"}
    address = str(told.get("url_private_download") or told["url_private"])
    for _ in range(MOST_REDIRECTS):
        if not _is_slacks(address, client.base_url):
            raise Unfetched(f"it leads to {urlsplit(address).hostname}", is_locked=True)
        asking = client.session.get(address, headers=headers, timeout=WITHIN, allow_redirects=False)
        async with asking as answer:
            onward = answer.headers.get("location")
            if 300 <= answer.status < 400 and onward:
                address = urljoin(address, onward)
                continue
            return await _body(answer, str(told.get("mimetype") or ""), most_bytes=most_bytes)
    raise Unfetched("it leads round in circles")


async def _body(answer: ClientResponse, mime: str, *, most_bytes: int) -> bytes:
    if answer.status != 200:
        raise Unfetched(f"HTTP {answer.status}")
    if answer.content_type == "text/html" and "html" not in mime:
        raise Unfetched("a page that asks to sign in", is_locked=True)
    content = bytearray()
    async for piece in answer.content.iter_chunked(CHUNK):
        content += piece
        if len(content) > most_bytes:
            break
    return bytes(content)


def _is_slacks(address: str, own: str) -> bool:
    """Whether it is one of Slack's, or where its API is asked."""
    there, here = urlsplit(address), urlsplit(own)
    if (there.scheme, there.netloc) == (here.scheme, here.netloc):
        return True
    host = there.hostname or ""
    return there.scheme == "https" and any(
        host == own_host or host.endswith(f".{own_host}") for own_host in OWN_HOSTS
    )


def _described(told: dict[str, Any]) -> Fetched:
    return Fetched(
        name=str(told.get("name") or told.get("title") or ""),
        mime=str(told.get("mimetype") or ""),
        size=int(told.get("size") or 0),
        absent=_absence(told),
    )


def _absence(told: dict[str, Any]) -> Absence | None:
    mode = str(told.get("mode") or "")
    if mode in MODES:
        return MODES[mode]
    if told.get("is_external") or mode == "external":
        return Absence.EXTERNAL
    has_address = told.get("url_private_download") or told.get("url_private")
    return None if has_address else Absence.DELETED
