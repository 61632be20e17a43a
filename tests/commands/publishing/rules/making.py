"""Rules made by hand in their forms."""

from commands.replies import Answer, call
from storage.models import Rule
from tests.commands.practice import ANA
from tests.commands.publishing.ledgers import Desk, drawn


async def made(desk: Desk, kind: str = "supplier", **values: str) -> Answer:
    """The page of a new rule."""
    form = drawn(
        await desk.practice.press(
            ANA, call("publishing.add_rule", client=desk.client.id, kind=kind)
        )
    )
    given = {"subject": "Paper & Pens", "account": "a-461"} | values
    return await desk.submit(form, **given)


async def only(desk: Desk) -> Rule:
    [rule] = await desk.rules()
    return rule


def by_hand(**coding: str) -> dict[str, object]:
    return {name: {"value": value, "by": ANA, "at": ""} for name, value in coding.items()}
