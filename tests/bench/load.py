"""Signed slash commands over a fixed number of connections, each with one request in flight.

They follow each other at once, or with `every_s` at that distance on each connection; then an
answer is late from when its command was due, and every latency is told.
"""

import asyncio
import hashlib
import hmac
import itertools
import json
import sys
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import httptools

# the words of no two commands are the same, whichever process of load says them
NUMBER = itertools.count(time.time_ns())


@dataclass(kw_only=True)
class Load:
    """What to send. `{n}` in `text` becomes a running number, so that every command is another.

    A right answer has the words `says` in it.
    """

    url: str
    text: str
    says: str
    secret: str
    user: str
    team: str
    channel: str
    connections: int
    seconds: float
    every_s: float = 0
    latencies: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def request(self) -> bytes:
        n = next(NUMBER)
        body = urlencode(
            {
                "command": "/dext",
                "text": self.text.replace("{n}", str(n)),
                "team_id": self.team,
                "team_domain": "bench",
                "user_id": self.user,
                "user_name": "bench",
                "channel_id": self.channel,
                "channel_name": "bench",
                "api_app_id": "A0BENCH",
                "is_enterprise_install": "false",
                "response_url": "http://127.0.0.1:9/hooks/none",
                "trigger_id": f"bench.{time.time_ns()}.{n}",
            }
        ).encode()
        stamp = str(int(time.time()))
        signature = hmac.new(
            self.secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256
        ).hexdigest()
        head = (
            f"POST {urlsplit(self.url).path} HTTP/1.1\r\n"
            f"Host: {urlsplit(self.url).netloc}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"X-Slack-Request-Timestamp: {stamp}\r\n"
            f"X-Slack-Signature: v0={signature}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


class Answer:
    """One response, as httptools reports it."""

    def __init__(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.body = b""
        self.is_complete = False

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.is_complete = True


async def converse(load: Load, number: int, until: float) -> None:
    """Send, wait for the whole answer, send again."""
    due = time.perf_counter() + load.every_s * number / load.connections
    target = urlsplit(load.url)
    says = load.says.encode()
    reader, writer = await asyncio.open_connection(target.hostname, target.port)
    while time.perf_counter() < until:
        if load.every_s:
            await asyncio.sleep(due - time.perf_counter())
        started = due if load.every_s else time.perf_counter()
        due += load.every_s
        writer.write(load.request())
        answer = Answer()
        while not answer.is_complete:
            chunk = await reader.read(65536)
            if not chunk:
                msg = "the server closed the connection"
                raise ConnectionError(msg)
            answer.parser.feed_data(chunk)
        load.latencies.append(time.perf_counter() - started)
        status = answer.parser.get_status_code()
        if status != 200 or says not in answer.body:
            load.wrong.append(f"{status}: {answer.body[:200]!r}")
    writer.close()
    await writer.wait_closed()


async def run(load: Load) -> dict[str, object]:
    started = time.perf_counter()
    until = started + load.seconds
    await asyncio.gather(*(converse(load, n, until) for n in range(load.connections)))
    took = time.perf_counter() - started
    ordered = sorted(load.latencies)
    return {
        "rate": len(ordered) / took,
        "p50_ms": ordered[len(ordered) // 2] * 1000,
        "p99_ms": ordered[int(len(ordered) * 0.99)] * 1000,
        "max_ms": ordered[-1] * 1000,
        "answers": len(ordered),
        "wrong": load.wrong[:3],
        "all_ms": [each * 1000 for each in ordered] if load.every_s else [],
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(Load(**json.loads(sys.argv[1]))))))
