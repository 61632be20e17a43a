"""What Slack would never say twice is never said twice here either."""

import re
from typing import Any

from bot.sandbox.seed import fernhill
from bot.sandbox.workspace.ids import Ids
from bot.sandbox.workspace.registration import Registration
from bot.sandbox.workspace.state import Workspace

Json = dict[str, Any]


def test_ids_look_like_slacks() -> None:
    ids = Ids()

    assert re.fullmatch(r"V[0-9A-Z]{10}", ids.new("V"))
    assert re.fullmatch(r"[0-9a-f]{32}", ids.opaque("hook"))


def test_ids_of_two_workspaces_have_nothing_in_common() -> None:
    one, other = Ids(), Ids()

    assert not {one.new("Ev") for _ in range(100)} & {other.new("Ev") for _ in range(100)}
    assert not {one.opaque("x") for _ in range(100)} & {other.opaque("x") for _ in range(100)}


def said(workspace: Workspace) -> set[str]:
    view: Json = {"type": "modal", "blocks": []}
    return {
        workspace.trigger("U0ANA"),
        workspace.views.open("U0ANA", view, now=0).id,
        workspace.ids.new("Ev"),
        workspace.ids.opaque("client_msg"),
        workspace.clock.ts(),
    }


def test_nothing_comes_again_after_a_reset_or_a_restart() -> None:
    workspace = Workspace(fernhill(), registration=Registration())
    first = said(workspace)
    workspace.reset()
    second = said(workspace)
    third = said(Workspace(fernhill(), registration=Registration()))

    assert not first & second
    assert not (first | second) & third


def test_message_times_rise_across_a_reset() -> None:
    workspace = Workspace(fernhill(), registration=Registration())
    workspace.clock.advance(3600)
    before = workspace.clock.ts()
    workspace.reset()

    assert workspace.clock.ts() > before


def test_people_and_channels_keep_their_ids() -> None:
    one, other = (Workspace(fernhill(), registration=Registration()) for _ in range(2))

    assert list(one.directory.people) == list(other.directory.people)
    assert list(one.directory.conversations) == list(other.directory.conversations)
