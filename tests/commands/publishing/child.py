"""Processes that publish beside the tests: forked on request, told what to do, and killed.

Run as `-m tests.commands.publishing.child`. A line of standard input is a list of orders; each is
carried out by a process of its own, whose ids and then exit statuses are lines of the answer.
"""

import asyncio
import json
import os
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from bot.slack.outbox import Outbox
from bot.slack.payloads import Payloads
from commands import registry
from commands.context import Tools
from commands.publishing.sending.send import send
from commands.replies import call
from providers.gateway import LedgerGateway, configure, open_http
from providers.provider import Credentials
from storage.database import Database
from storage.tokens import GrantTokens
from storage.vault import Vault
from tests.commands.practice import KEY, Addresses, Drawer, Post, Practice


@dataclass(slots=True)
class Clock:
    """Goes on from the instant of the tests; waiting takes no time."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def tools_of(database: Database, clock: Clock, address: str, post: Post) -> Tools:
    """As a process of ours has them; its messages wait in the outbox."""
    vault = Vault([KEY])
    credentials = Credentials(client_id="our-app", client_secret="our-secret")
    roots = {key: f"{address}/ledgers/{key}" for key in ("xero", "quickbooks")}
    gateway = LedgerGateway(
        http=open_http(),
        configured={key: configure(key, credentials, root) for key, root in roots.items()},
        tokens=GrantTokens(database, vault, now=clock),
        now=clock,
        sleep=clock.sleep,
        monotonic=lambda: clock().timestamp(),
    )
    outbox = Outbox(
        database=database,
        vault=vault,
        installs=cast("Any", None),  # nothing is sent from here
        payloads=Payloads(is_strict=True),
        now=clock,
    )
    return Tools(
        database=database,
        vault=vault,
        gateway=gateway,
        jobs=post,
        notify=outbox,
        files=Drawer(),
        links=Addresses(),
        now=clock,
    )


async def press(
    practice: Practice,
    *,
    command: str,
    arguments: dict[str, str],
    person: str,
    times: int = 1,
    moment: float = 0.0,
) -> None:
    does = call(command, **arguments)
    if times == 1:
        await practice.press(person, does)
        return
    await asyncio.sleep(max(0.0, moment - time.time()))
    await asyncio.gather(*(practice.press(person, does) for _ in range(times)))


async def carry_out(order: dict[str, Any]) -> None:
    """Send a batch, or press something so many times at one moment and send what comes of that."""
    post, clock = Post(), Clock(datetime.fromisoformat(order["now"]))
    async with Database.open(order["database"]) as database:
        tools = tools_of(database, clock, order["ledgers"], post)
        batches = [order["batch"]] if "batch" in order else []
        if "press" in order:
            practice = Practice(tools=tools, post=post)
            await press(practice, **order["press"])
            batches += [key for job, key in post.rung if job == "publishing.send"]
        for batch in batches:
            await send(tools, batch)


def forked(order: dict[str, Any]) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # the answer is not for its log
    try:
        asyncio.run(carry_out(order))
        status = 0
    finally:
        os._exit(status)


def main() -> None:
    registry.discover()
    for line in sys.stdin:
        children = [forked(order) for order in json.loads(line)]
        sys.stdout.write(f"{json.dumps(children)}\n")
        sys.stdout.flush()
        statuses = [os.waitpid(child, 0)[1] for child in children]
        sys.stdout.write(f"{json.dumps(statuses)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
