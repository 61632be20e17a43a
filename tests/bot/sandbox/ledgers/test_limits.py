from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.ledgers.limits import Gate, Window
from bot.sandbox.ledgers.quickbooks.limits import Allowances as QuickBooksAllowances
from bot.sandbox.ledgers.quickbooks.limits import Limits
from bot.sandbox.ledgers.xero.limits import CALLS_A_DAY, Allowances
from bot.sandbox.ledgers.xero.wire import Problem

START = datetime(2026, 11, 23, tzinfo=UTC)


@given(st.lists(st.integers(min_value=0, max_value=40), max_size=120))
def test_no_window_of_a_minute_ever_holds_more_calls_than_allowed(gaps):
    window = Window(10, seconds=60)
    now, let_in = START, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        if window.left(now):
            window.take(now)
            let_in.append(now)

    for first in let_in:
        assert sum(first <= at < first + timedelta(seconds=60) for at in let_in) <= 10


@given(st.integers(min_value=1, max_value=59_999))
def test_waiting_as_long_as_told_is_long_enough(milliseconds):
    window = Window(1, seconds=60)
    window.take(START)
    now = START + timedelta(milliseconds=milliseconds)

    assert window.left(now + timedelta(seconds=window.seconds_until_free(now))) == 1


def test_an_empty_window_asks_for_no_patience():
    assert Window(1, seconds=60).seconds_until_free(START) == 0


def test_a_gate_counts_those_inside():
    gate = Gate(2)

    with gate.inside(), gate.inside():
        assert gate.full
    assert not gate.full


def test_a_day_holds_five_thousand_calls_of_an_organisation():
    now = START

    def clock():
        return now

    allowances = Allowances(clock)
    for _ in range(CALLS_A_DAY):
        with allowances.counted("app", "tenant", {}):
            now += timedelta(seconds=2)
    headers = {}

    with pytest.raises(Problem) as refused, allowances.counted("app", "tenant", headers):
        pass

    assert refused.value.response.headers["x-rate-limit-problem"] == "day"
    assert refused.value.response.headers["retry-after"] == str(86_400 - 2 * CALLS_A_DAY)
    assert headers["X-DayLimit-Remaining"] == "0"
    with allowances.counted("app", "other", headers):
        assert headers["X-DayLimit-Remaining"] == "4999"


def test_five_calls_may_be_under_way_at_once():
    allowances = Allowances(lambda: START)
    open_calls = [allowances.counted("app", "tenant", {}) for _ in range(5)]
    for call in open_calls:
        call.__enter__()

    with pytest.raises(Problem) as refused, allowances.counted("app", "tenant", {}):
        pass

    assert refused.value.response.headers["x-rate-limit-problem"] == "concurrent"
    open_calls[0].__exit__(None, None, None)
    with allowances.counted("app", "tenant", {}):
        pass


def test_the_batches_of_all_apps_of_a_company_have_a_limit_of_their_own():
    allowances = QuickBooksAllowances(lambda: START)
    allowances.use(Limits(a_second=1_000, batches_a_minute=2, batches_of_all_a_minute=3))
    taken = [allowances.take(app, "realm", is_batch=True) for app in ("a", "a", "a", "b", "b")]

    assert taken == [True, True, False, True, False]
    assert allowances.take("b", "realm", is_batch=False)
    assert allowances.take("a", "other realm", is_batch=True)
