"""Files out of Slack: looked up, and fetched with our token, which Slack asks for by a page."""

from aiohttp import ClientError, ClientTimeout
from slack_sdk.errors import SlackApiError

from bot.slack.installs import Installs, NotInstalled
from bot.slack.refusals import code
from bot.telemetry import log
from commands.ports import Fetched, Unfetched

WITHIN = ClientTimeout(total=60)
CHUNK = 64 * 1024
GONE = frozenset({"file_not_found", "file_deleted"})
NOT_SHOWN = frozenset({"tombstone", "hidden_by_limit"})


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
            if found.is_gone or found.size > most_bytes:
                return found
            assert client.session is not None, "our clients share the session of the process"
            headers = {"authorization": f"Bearer {client.token}"}
            asking = client.session.get(
                told["url_private_download"], headers=headers, timeout=WITHIN
            )
            async with asking as answer:
                if answer.status != 200:
                    raise Unfetched(f"HTTP {answer.status}")
                content = await answer.content.read(most_bytes + 1)
                while len(content) <= most_bytes and not answer.content.at_eof():
                    content += await answer.content.read(CHUNK)
        except SlackApiError as error:
            if code(error) in GONE:
                return Fetched(name=file_id, mime="", size=0, is_gone=True)
            raise Unfetched(code(error)) from error
        except (ClientError, TimeoutError, OSError, NotInstalled) as error:
            log.warning("file.not_fetched", error=type(error).__name__)
            raise Unfetched(type(error).__name__) from error
        size = len(content)
        whole = content if size <= most_bytes else None
        return Fetched(name=found.name, mime=found.mime, size=max(size, found.size), content=whole)


def _described(told: dict[str, object]) -> Fetched:
    is_gone = told.get("mode") in NOT_SHOWN or not told.get("url_private_download")
    return Fetched(
        name=str(told.get("name") or told.get("title") or told.get("id") or ""),
        mime=str(told.get("mimetype") or ""),
        size=int(str(told.get("size") or 0)),
        is_gone=is_gone,
    )
