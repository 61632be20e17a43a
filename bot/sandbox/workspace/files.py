"""Files dropped in by people or uploaded by the bot, and the tickets that upload them."""

import mimetypes
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.workspace.ids import Ids

Json = dict[str, Any]

PROCESSING_S = 0.2  # Slack looks into an uploaded file only after it has answered


@dataclass(kw_only=True, slots=True)
class StoredFile:
    """A file; `content` is None until the bytes have come."""

    id: str
    name: str
    user: str
    size: int
    created: float
    title: str = ""
    alt_text: str = ""
    content: bytes | None = None
    is_complete: bool = False
    channels: list[str] = field(default_factory=list)

    @property
    def mimetype(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def is_processed(self, now: float) -> bool:
        return self.is_complete and now - self.created >= PROCESSING_S


class Files:
    """All files of the workspace by id, and who may upload which."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self.by_id: dict[str, StoredFile] = {}
        self._tickets: dict[str, str] = {}

    def announce(self, name: str, *, user: str, size: int, now: float) -> StoredFile:
        stored = StoredFile(id=self._ids.new("F"), name=name, user=user, size=size, created=now)
        self.by_id[stored.id] = stored
        return stored

    def ticket(self, stored: StoredFile) -> str:
        """The path that takes this file's bytes, once."""
        ticket = self._ids.opaque("upload")
        self._tickets[ticket] = stored.id
        return f"/upload/v1/{ticket}"

    def redeem(self, ticket: str) -> StoredFile | None:
        file_id = self._tickets.pop(ticket, None)
        return self.by_id.get(file_id) if file_id else None


PICTURES = frozenset({"image/png", "image/jpeg", "image/gif"})


def unfit(files: Files, blocks: list[Json], *, now: float) -> list[str]:
    """Where blocks show a file that is no picture, or not processed yet; Slack refuses both."""
    problems = []
    for index, block in enumerate(blocks):
        wanted = block.get("slack_file")
        if wanted is None:
            continue
        stored = files.by_id.get(str(wanted.get("id")))
        if stored is None or not stored.is_processed(now) or stored.mimetype not in PICTURES:
            problems.append(f"invalid slack file [json-pointer:/blocks/{index}/slack_file]")
    return problems


def as_slack(stored: StoredFile, *, team_id: str, base_url: str, now: float) -> Json:
    """The file object; its type stays empty until Slack has processed it."""
    private = f"{base_url}/files-pri/{team_id}-{stored.id}"
    ready = stored.is_processed(now)
    return {
        "id": stored.id,
        "created": int(stored.created),
        "timestamp": int(stored.created),
        "name": stored.name,
        "title": stored.title or stored.name,
        "mimetype": stored.mimetype if ready else "",
        "filetype": stored.name.rpartition(".")[2].lower() if ready else "",
        "user": stored.user,
        "user_team": team_id,
        "size": stored.size,
        "mode": "hosted",
        "is_external": False,
        "is_public": bool(stored.channels),
        "file_access": "visible",
        "alt_txt": stored.alt_text,
        "channels": stored.channels,
        "url_private": f"{private}/{stored.name}",
        "url_private_download": f"{private}/download/{stored.name}",
        "permalink": f"{base_url}/files/{stored.user}/{stored.id}/{stored.name}",
    }
