"""How health is looked at: for all clients, for one, and back to the default."""

from datetime import date, timedelta

import pytest

from commands.errors import Invalid, NotAllowed
from commands.health.settings.weights import read, written
from commands.replies import Answer, DateField, TextField
from storage.models import Health
from storage.queries import health
from tests.builders import WORKSPACE
from tests.commands.health.reading import CODE, TWO, field, menu, pressed, table, titles, twice
from tests.commands.health.surgery import Surgery
from tests.commands.practice import ANA, BEN, CHLOE, buttons, words

FIVE = "20 Duplicate transactions\n20 PAYE\nLock dates: 20 %\n20% Inactivity\nDebtor days 20"


@pytest.fixture
async def looked(surgery: Surgery) -> Surgery:
    await surgery.holds(*TWO)
    await surgery.look()
    surgery.practice.post.rung.clear()
    return surgery


async def state(surgery: Surgery) -> Health:
    async with surgery.practice.database.read() as session:
        row = await health.find(session, WORKSPACE, surgery.organisation_id)
    assert row is not None
    return row


async def form_of(surgery: Surgery, label: str, *, of: str = "acme", person: str = ANA) -> Answer:
    settings = await surgery.practice.say(person, f"health settings {of}")
    return await surgery.practice.press(person, pressed(settings, label)[0])


async def option_form(surgery: Surgery, *, of: str = "acme", place: int = 0) -> Answer:
    settings = await surgery.practice.say(ANA, f"health settings {of}")
    pick = menu(settings, "Options of a check")
    page = await surgery.practice.press(ANA, pick.does.having(check=CODE))
    changes = [part.beside.does for part in page.parts if getattr(part, "beside", None)]
    return await surgery.practice.press(ANA, changes[place])


async def test_a_mode_rolls_on_and_is_looked_at_at_once(looked: Surgery) -> None:
    form = await form_of(looked, "Reporting period")
    page = await looked.practice.submit(ANA, form, mode="Last 3 complete months")
    waiting = await looked.practice.say(ANA, "health acme")
    rung = list(looked.practice.post.rung)
    row = await looked.look()

    assert "Reporting period: last 3 complete months" in words(page)
    assert "Data has changed" in words(waiting)
    assert rung == [("health.recalculate", looked.organisation_id)]
    assert (row.period_begin, row.period_end) == (date(2026, 4, 1), date(2026, 6, 30))


async def test_fixed_days_take_both_and_in_order(looked: Surgery) -> None:
    form = await form_of(looked, "Reporting period")
    assert isinstance(field(form, "begin"), DateField)
    for days in ({}, {"begin": "2026-05-01"}, {"begin": "2026-05-31", "end": "2026-05-01"}):
        with pytest.raises(Invalid):
            await looked.practice.submit(ANA, form, mode="fixed", **days)
    page = await looked.practice.submit(
        ANA, form, mode="fixed", begin="2026-05-01", end="2026-05-31"
    )
    row = await looked.look()

    assert "1 May 2026 to 31 May 2026" in words(page)
    assert (row.period_begin, row.period_end) == (date(2026, 5, 1), date(2026, 5, 31))
    assert await titles(looked) == [], "bills of June are beyond the period"


async def test_a_client_is_as_the_practice_has_it_until_it_is_chosen(looked: Surgery) -> None:
    practice = await form_of(looked, "Reporting period", of="practice")
    await looked.practice.submit(ANA, practice, mode="Last 12 complete months")
    inherited = await looked.practice.say(ANA, "health settings acme")
    own = await form_of(looked, "Reporting period")
    await looked.practice.submit(ANA, own, mode="Current month to date")
    back = await looked.practice.submit(ANA, own, mode="inherited")

    assert "last 12 complete months, as the practice has it" in words(inherited)
    assert "last 12 complete months, as the practice has it" in words(back)


async def test_an_option_is_typed_checked_and_taken_back(looked: Surgery) -> None:
    form = await option_form(looked)
    assert isinstance(field(form, "value"), TextField)
    with pytest.raises(Invalid, match="not a whole number"):
        await looked.practice.submit(ANA, form, value="some")
    page = await looked.practice.submit(ANA, form, value="1")
    await looked.look()
    narrow = await titles(looked)
    default = await looked.practice.press(ANA, pressed(page, "As the practice has it")[0])
    await looked.look()

    assert "*1* (for this client; the default is 5)" in words(page)
    assert narrow == []
    assert "Days between the two, at most: *5*" in words(default)
    assert len(await titles(looked)) == 2


async def test_an_option_of_the_practice_holds_for_its_clients(looked: Surgery) -> None:
    form = await option_form(looked, of="practice")
    await looked.practice.submit(ANA, form, value="1")
    rung = list(looked.practice.post.rung)
    await looked.look()
    own = await option_form(looked)
    await looked.practice.submit(ANA, own, value="3")
    await looked.look()

    assert rung == [("health.recalculate", looked.organisation_id)]
    assert len(await titles(looked)) == 2, "the client's own counts before the practice's"


@pytest.mark.parametrize(
    ("person", "typed", "label"),
    [(BEN, "health settings practice", ""), (CHLOE, "health settings acme", "Change")],
)
async def test_who_may_choose_what(looked: Surgery, person: str, typed: str, label: str) -> None:
    await looked.practice.assign(BEN, looked.client)
    if not label:
        with pytest.raises(NotAllowed) as said:
            await looked.practice.say(person, typed)
        assert "all clients" in words(said.value)
        return
    settings = await looked.practice.say(person, typed)
    weights = await looked.practice.press(person, pressed(settings, "Weights of the score")[0])
    assert label not in buttons(weights)
    change = await form_of(looked, "Weights of the score")
    with pytest.raises(NotAllowed, match=r"override"):
        await looked.practice.press(person, pressed(change, "Change")[0])


async def test_weights_of_ones_own_make_another_version(looked: Surgery) -> None:
    page = await form_of(looked, "Weights of the score")
    form = await looked.practice.press(ANA, pressed(page, "Change")[0])
    with pytest.raises(Invalid, match="these are 1"):
        await looked.practice.submit(ANA, form, weights="100 PAYE")
    mine = await looked.practice.submit(ANA, form, weights=FIVE)
    before = await state(looked)
    row = await looked.look()
    looked.clock.advance(timedelta(minutes=1))
    default = await looked.practice.press(ANA, pressed(mine, "As the practice has it")[0])
    again = await looked.look()

    assert {row[1] for row in table(mine).rows} == {"20 %"}
    assert before.due_at is not None
    assert row.weights_id not in {None, "default-1"}
    assert "Noted" in words(default)
    assert again.weights_id == "default-1"


async def test_a_clients_weights_count_before_the_practices(looked: Surgery) -> None:
    for of in ("practice", "acme"):
        page = await form_of(looked, "Weights of the score", of=of)
        form = await looked.practice.press(ANA, pressed(page, "Change")[0])
        heavy = FIVE if of == "practice" else FIVE.replace("20 PAYE", "10 PAYE").replace(
            "Debtor days 20", "Debtor days 30"
        )  # fmt: skip
        await looked.practice.submit(ANA, form, weights=heavy)
    own = await form_of(looked, "Weights of the score")
    practice = await form_of(looked, "Weights of the score", of="practice")

    assert "30 %" in {row[1] for row in table(own).rows}
    assert {row[1] for row in table(practice).rows} == {"20 %"}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("PAYE", "has no weight"),
        ("20 Payee", "Did you mean PAYE?"),
        ("20 PAYE\n30 paye", "stands there twice"),
    ],
)
def test_what_cannot_be_a_weight_is_said_in_words(line: str, problem: str) -> None:
    with pytest.raises(Invalid, match=problem):
        read(line)


def test_a_check_of_no_weight_is_left_out() -> None:
    assert read("60 PAYE\n0 Dormant accounts\n40 Lock dates") == {"paye": 60, "lock-dates": 40}


def test_weights_are_read_back_as_they_were_written() -> None:
    chosen = read(FIVE)

    assert len(chosen) == 5
    assert read(written(chosen)) == chosen


async def test_choices_are_on_record(looked: Surgery) -> None:
    form = await form_of(looked, "Reporting period", of="practice")
    await looked.practice.submit(ANA, form, mode="Last financial year")
    events = {each.action: each for each in await looked.practice.audit()}

    assert events["health.period_set"].after["mode"] == "Last financial year"
    assert events["health.period_set"].subject_kind == "workspace"


async def test_more_findings_than_a_message_holds_stay_within_its_limits(looked: Surgery) -> None:
    many = [record for n in range(40) for record in twice(f"m{n}", f"Supplier {n}" * 20)]
    await looked.holds(*many)
    await looked.look()
    page = await looked.practice.say(ANA, f"check {CODE} acme")

    assert "1 to 8 of 42 open" in words(page)
