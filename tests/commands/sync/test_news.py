"""A client's channel is told of syncs what it wants to hear; whoever asks is always told."""

from datetime import timedelta

import pytest

from commands.errors import NotAllowed
from commands.replies import Filter, call
from commands.sync.cards import Telling, is_for_channel
from providers.errors import NotPermitted, TryAgain
from storage.models import News
from tests.commands.connecting import drawn
from tests.commands.practice import ANA, BEN, Practice, words
from tests.commands.sync.desk import CHANNEL, Desk, a_desk
from tests.commands.sync.scripted import ScriptedGateway, a_page, bills, the_end
from tests.conftest import Clock


@pytest.fixture
async def office(practice: Practice, clock: Clock) -> Desk:
    return await a_desk(practice, ScriptedGateway(), clock)


@pytest.mark.parametrize(
    ("news", "wanted"),
    [
        (News.EVERYTHING, set(Telling)),
        (News.PROBLEMS, {Telling.FAILED, Telling.RECOVERED}),
        (News.DIGEST, set()),
        (News.NOTHING, set()),
    ],
)
def test_what_a_channel_hears(news: News, wanted: set[Telling]) -> None:
    assert {telling for telling in Telling if is_for_channel(news, telling)} == wanted


async def told(office: Desk, news: News) -> list[str]:
    """What its channel reads of a good night, two bad ones and two good ones; one line each."""
    await office.practice.say(ANA, f'notify "Acme Ltd" {news.value}')
    at = office.clock()
    await office.sync(a_page(1, bills(1)), the_end(2, bills(2), at))
    refused = NotPermitted("HTTP 403", needed="a higher role")
    for failure in (refused, refused, None, None):
        await office.due()
        page = the_end(1, [], office.clock(), is_whole=False)
        await office.sync(failure or page)
    return [words(sent.reply).splitlines()[0] for sent in office.practice.post.to(CHANNEL)]


async def test_everything_is_told_unless_somebody_chose_otherwise(office: Desk) -> None:
    lines = await told(office, News.EVERYTHING)

    assert ["could not" in line for line in lines[-4:]] == [True, True, False, False]
    assert "is being synced" in lines[0]
    assert ["up to date again" in line for line in lines[-2:]] == [True, False]


async def test_of_problems_only_failures_and_their_end_are_told(office: Desk) -> None:
    lines = await told(office, News.PROBLEMS)

    assert ["could not" in line for line in lines] == [True, True, False]
    assert "up to date again" in lines[-1]


@pytest.mark.parametrize("news", [News.DIGEST, News.NOTHING])
async def test_a_channel_may_hear_nothing_of_syncs(office: Desk, news: News) -> None:
    assert await told(office, news) == []


async def test_a_failure_that_mended_itself_is_no_problem_that_ends(office: Desk) -> None:
    await office.practice.say(ANA, "notify acme problems")
    await office.sync(the_end(1, bills(1), office.clock()))
    await office.due()
    await office.sync(TryAgain("HTTP 503"))
    await office.due()
    await office.sync(the_end(1, [], office.clock(), is_whole=False))

    assert office.practice.post.to(CHANNEL) == []


async def test_whoever_asks_is_told_whatever_the_channel_hears(office: Desk) -> None:
    await office.practice.say(ANA, "notify acme nothing")
    await office.sync(the_end(1, bills(1), office.clock()))
    office.clock.advance(timedelta(minutes=10))
    await office.practice.say(ANA, "sync acme")
    await office.sync(the_end(1, [], office.clock(), is_whole=False))

    assert "up to date" in words(office.practice.post.to(ANA)[-1].reply)
    assert office.practice.post.to(CHANNEL) == []


async def test_without_a_choice_the_present_one_is_shown_to_choose_from(office: Desk) -> None:
    shown = drawn(await office.practice.say(ANA, 'notify "Acme Ltd"'))
    client = await office.practice.client("Acme Ltd")
    [choice] = [part for part in shown.parts if isinstance(part, Filter)]
    chosen = await office.practice.press(ANA, choice.does.having(news="digest"))

    assert "every sync is told there" in words(shown)
    assert choice.chosen is not None
    assert choice.chosen.value == "everything"
    assert [option.value for option in choice.options] == [news.value for news in News]
    assert "From now on: nothing is told there; the morning digest" in words(chosen)
    assert (await office.practice.client("Acme Ltd")).sync_news is News.DIGEST
    card = await office.practice.press(ANA, call("clients.show", client=client.id))
    assert "Of syncs: nothing is told there; the morning digest" in words(card)


async def test_a_choice_is_written_down_once(office: Desk) -> None:
    for _ in range(2):
        await office.practice.say(ANA, "notify acme problems")
    lines = [e for e in await office.practice.audit() if e.action == "client.news_set"]

    assert [(line.before, line.after) for line in lines] == [
        ({"sync_news": "everything"}, {"sync_news": "problems"})
    ]


async def test_only_administrators_choose(office: Desk) -> None:
    await office.practice.assign(BEN, await office.practice.client("Acme Ltd"))
    with pytest.raises(NotAllowed) as raised:
        await office.practice.say(BEN, "notify acme nothing")

    refusal = "Setting what is told of the syncs of *Acme Ltd* needs an administrator."
    assert words(raised.value).startswith(refusal)
    assert (await office.practice.client("Acme Ltd")).sync_news is News.EVERYTHING
