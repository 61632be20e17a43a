"""What somebody looks at travels in a button."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.health.findings.viewing import LONGEST_SEARCH, View, short
from storage.queries.findings import Order, Shown

INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
VIEWS = st.builds(
    View,
    client_id=st.just("ab12"),
    check=st.just("duplicate-transactions"),
    shown=st.sampled_from(Shown),
    order=st.sampled_from(Order),
    assignee=st.sampled_from(["", "U01BEN"]),
    page=st.integers(1, 9_999),
    seen_at=st.none() | INSTANTS.map(lambda at: at.replace(microsecond=0)),
    kind=st.sampled_from(["", short("sales")]),
    search=st.text(max_size=LONGEST_SEARCH),
)


@given(VIEWS)
def test_a_view_is_read_back_as_it_was_written(view: View) -> None:
    assert View.parse(str(view), client_id=view.client_id, check=view.check) == view


@pytest.mark.parametrize(
    "text",
    ["", "open", "gone.amount..1..", "open.amount..x...", "open.amount..1..", "a.b.c.d.e.f.g"],
)
def test_what_cannot_be_read_is_the_first_page_of_all(text: str) -> None:
    assert View.parse(text, client_id="ab12", check="paye") == View(client_id="ab12", check="paye")
