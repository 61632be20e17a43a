"""Socket Mode: tickets, open connections, envelopes and their acknowledgements."""

import asyncio
import json
import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

Json = dict[str, Any]

ACKNOWLEDGE_WITHIN_S = 3.0
RECYCLE_AFTER_S = 2.0
SUCCESSOR_WITHIN_S = 2.5
RENEWED_WITHIN_S = 20.0


@dataclass(kw_only=True, slots=True, eq=False)
class Connection:
    """`is_leaving` once it was told to reconnect; it is used only where nothing else is open."""

    websocket: WebSocket
    is_leaving: bool = False


class Sockets:
    """All connections of the app; an envelope goes to one of them, in turn."""

    def __init__(self, *, app_id: str) -> None:
        self._app_id = app_id
        self._tickets: set[str] = set()
        self._connections: list[Connection] = []
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._turn = 0
        self._goodbyes: set[asyncio.Task[None]] = set()
        self._arrival = asyncio.Event()
        self._renewing = 0  # asked to come back, and not here again

    @property
    def count(self) -> int:
        return len(self._connections)

    def ticket(self) -> str:
        """A single-use name for the address of the next connection."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return ticket

    async def serve(self, websocket: WebSocket) -> None:
        ticket = websocket.path_params["ticket"]
        if ticket not in self._tickets:
            await websocket.close(code=4001)
            return
        self._tickets.discard(ticket)
        await websocket.accept()
        connection = Connection(websocket=websocket)
        self._connections.append(connection)
        self._renewing = max(0, self._renewing - 1)
        self._arrival.set()
        try:
            await websocket.send_json(self._hello())
            async for text in websocket.iter_text():
                self._hear(text)
        except WebSocketDisconnect:
            return  # it went away while we spoke; the next envelope takes another connection
        finally:
            self._connections.remove(connection)

    async def send(self, envelope: Json) -> Json:
        """The acknowledgement; raises TimeoutError after three seconds, or ConnectionError."""
        acknowledged: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = acknowledged
        try:
            async with asyncio.timeout(ACKNOWLEDGE_WITHIN_S):
                connection = await self._next()
                await connection.websocket.send_text(json.dumps(envelope))
                return dict(await acknowledged)
        finally:
            self._waiting.pop(envelope["envelope_id"], None)

    async def recycle(self, *, reason: str = "refresh_requested") -> int:
        """Ask the oldest connection to come back on a new address, then hang up.

        How many were open. One after the other, as Slack does it: not before the last is back.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(RENEWED_WITHIN_S):
                while self._renewing:
                    self._arrival.clear()
                    await self._arrival.wait()
        count = len(self._connections)
        if self._connections:
            connection = self._connections[0]
            connection.is_leaving = True
            self._renewing += 1
            await connection.websocket.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
            )
            goodbye = asyncio.create_task(_hang_up(connection))
            self._goodbyes.add(goodbye)
            goodbye.add_done_callback(self._goodbyes.discard)
        return count

    async def _next(self) -> Connection:
        """A connection that stays; while all are leaving, the one that comes in their place."""
        if self._connections and all(c.is_leaving for c in self._connections):
            self._arrival.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(SUCCESSOR_WITHIN_S):
                    await self._arrival.wait()
        choices = [c for c in self._connections if not c.is_leaving] or self._connections
        if not choices:
            raise ConnectionError("no Socket Mode connection is open")
        self._turn += 1
        return choices[self._turn % len(choices)]

    def _hear(self, text: str) -> None:
        message = json.loads(text)
        waiting = self._waiting.get(message.get("envelope_id", ""))
        if waiting is not None and not waiting.done():
            waiting.set_result(message)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": self.count,
            "connection_info": {"app_id": self._app_id},
            "debug_info": {
                "host": "sandbox",
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
        }


async def _hang_up(connection: Connection) -> None:
    await asyncio.sleep(RECYCLE_AFTER_S)
    try:
        await connection.websocket.close()
    except (RuntimeError, WebSocketDisconnect):
        return  # the other side was quicker
