"""Opens somebody's Home tab, and waits for the bot to fill it."""

import asyncio
from contextlib import suppress

from bot.sandbox.workspace import talk
from bot.sandbox.workspace.deliver import Courier
from bot.sandbox.workspace.views import View

PUBLISHED_WITHIN_S = 3.0


async def opened_home(courier: Courier, user: str) -> View | None:
    """What is published, after opening the tab where nothing is; None where nothing comes."""
    workspace = courier.workspace
    if user in workspace.views.homes:
        return workspace.views.homes[user]
    with workspace.live.listening(user) as events:
        answer = await talk.open_home(courier, user, tab="home")
        if answer is not None and answer.failure is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(PUBLISHED_WITHIN_S):
                    while user not in workspace.views.homes:
                        await events.get()
    return workspace.views.homes.get(user)
