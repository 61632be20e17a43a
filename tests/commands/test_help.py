"""Help, and what is said when something was not understood."""

import pytest

from commands.errors import UsageError
from commands.help import tasks
from commands.permissions import ROLES
from commands.registry import COMMANDS
from commands.replies import call
from storage.models import Role
from tests.commands.practice import ANA, BEN, DORA, Practice, buttons, words


async def test_help_lists_what_the_person_may_do(practice: Practice) -> None:
    anas, doras = await practice.say(ANA, "help"), await practice.say(DORA, "help")

    text = words(anas)
    assert "`/dext connect client` link a client to Xero or QuickBooks Online" in text
    assert "`/dext people` who may do what" in text
    assert text.index("*Connect*") < text.index("*Clients*") < text.index("*People*")
    assert "You are a practice administrator" in text
    assert "connect client" not in words(doras)
    assert "You have no role in the practice yet" in words(doras)


async def test_help_offers_a_standard_user_only_what_they_may_do(practice: Practice) -> None:
    everything = await practice.say(BEN, "help")
    pages = [words(everything)]
    for topic in ("connections", "clients", "people", "lists"):
        pages.append(words(await practice.say(BEN, f"help {topic}")))

    assert "*See* `/dext connections` what is connected · `/dext status`" in pages[0]
    assert "is for administrators. `/dext help lists` says more" in pages[0]
    for page in pages:
        for never in ("manage it", "rename", "archive", "Manage", "/dext connect ", "change it"):
            assert never not in page


@pytest.mark.parametrize("role", Role)
def test_the_first_page_has_a_line_for_each_task_and_its_page_the_rest(role: Role) -> None:
    for task in tasks(role):
        assert task.plainest == task.entries[:2]

    offered = {entry.name for task in tasks(role) for entry in task.entries}
    assert offered == {c.name for c in COMMANDS.values() if c.usage and role in ROLES[c.permission]}


async def test_a_task_begins_with_the_command_that_is_called_like_it(practice: Practice) -> None:
    page = words(await practice.say(ANA, "help"))

    for line in ("*Lists* `/dext lists", "*Sync* `/dext sync", "*Publish* `/dext publish"):
        assert line in page
    assert "*Help*" not in page
    assert len(page.splitlines()) < 16


async def test_help_about_a_word_says_more(practice: Practice) -> None:
    page = await practice.say(ANA, "help rename")

    assert words(page).startswith("*Clients*")
    assert "`/dext clients rename &lt;client&gt; [to &lt;name&gt;]`" in words(page)
    assert "Its connections stay." in words(page)
    assert "For administrators." in words(page)
    assert buttons(page)["Clients add"] == call("clients.add")


async def test_help_forgives_a_slip_and_admits_what_it_does_not_know(practice: Practice) -> None:
    assert words(await practice.say(ANA, "help conect")).startswith("*Connect*")
    assert "I have no page about “xyzzy”" in words(await practice.say(ANA, "help xyzzy"))


async def test_what_is_not_understood_helps(practice: Practice) -> None:
    with pytest.raises(UsageError) as raised:
        await practice.say(ANA, "conect")

    assert words(raised.value) == ("I don't know “conect”. Did you mean `/dext connect client`?")
    assert list(buttons(raised.value)) == ["Connect client", "Help"]


async def test_wrong_arguments_show_the_line(practice: Practice) -> None:
    with pytest.raises(UsageError) as raised:
        await practice.say(ANA, "people <#C0ACME>")

    assert words(raised.value).splitlines()[1:] == [
        "`/dext people &lt;person&gt;`",
        "Fill in what stands in &lt; &gt;, a person as in `@ben`.",
    ]


async def test_what_was_typed_is_cut_when_it_is_said_back(practice: Practice) -> None:
    with pytest.raises(UsageError) as raised:
        await practice.say(ANA, "x" * 300)

    assert words(raised.value) == (f"I don't know “{'x' * 39}…”. `/dext help` shows what I can do.")


async def test_help_is_offered_once(practice: Practice) -> None:
    with pytest.raises(UsageError) as raised:
        await practice.say(ANA, "helo")

    assert [button.label for button in raised.value.buttons] == ["Help"]
