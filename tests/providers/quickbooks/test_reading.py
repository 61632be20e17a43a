"""Reading by position meets everything that stays, whatever happens between two pages."""

from hypothesis import given
from hypothesis import strategies as st

from providers.errors import WireMismatch
from providers.quickbooks.batches import MOST_QUERIES, MOST_ROWS, plan
from providers.quickbooks.reading import _PATIENCE, PAGE, Reading, resumed

EDITS = ["delete", "add", "stop"]
UNSORTED = ["insert"]  # ids grow, but nobody promises that text is sorted as numbers are
WRONGS = ["short", "repeat"]  # answers that are not what was asked for


def stories(happenings: list[str]) -> st.SearchStrategy[list[tuple[str, int, int]]]:
    """What happens in the middle of each batch, at which position, to how many rows."""
    one = st.tuples(st.sampled_from(happenings), st.integers(0, 4_000), st.integers(1, 60))
    return st.lists(one, max_size=_PATIENCE)


class Upstream:
    """A list of ids that changes between answers, and answers that are wrong now and then."""

    def __init__(self, count: int) -> None:
        self.ids = [str(number) for number in range(1, count + 1)]
        self.stays = set(self.ids)
        self.serial = count
        self.before: list[str] = []

    def edit(self, what: str, at: int, many: int) -> None:
        if what == "delete":
            self.stays -= set(self.ids[at : at + many])
            del self.ids[at : at + many]
        elif what in ("add", "insert"):
            new = [f"new-{self.serial + one}" for one in range(many)]
            self.serial += many
            place = len(self.ids) if what == "add" else min(at, len(self.ids))
            self.ids[place:place] = new

    def page(self, start: int, what: str, many: int) -> list[str]:
        found = self.ids[start - 1 : start - 1 + PAGE]
        if what == "short":
            found = found[: len(found) * many // 61]
        elif what == "repeat":
            found = self.before
        self.before = found
        return found


def read(upstream: Upstream, story: list[tuple[str, int, int]], *, counts_first: bool) -> set[str]:
    """Walk to the end, in a new process after every stop."""
    reading = Reading(entity="Invoice", counts_first=counts_first)
    happenings, found = iter(story), set[str]()
    while asks := plan([reading]):
        what, at, many = next(happenings, ("", 0, 0))
        for number, ask in enumerate(asks):
            is_now = number == at % len(asks)
            if is_now:
                upstream.edit(what, at, many)
            if ask.start is None:
                reading.counted(len(upstream.ids))
                continue
            ids = upstream.page(ask.start, what if is_now else "", many)
            found |= set(reading.take(ask, ids, ids) or ())
        if what == "stop" and not reading.is_done:
            reading = resumed("Invoice", reading.checkpoint(), counts_first=counts_first)
    assert reading.is_done
    return found


@given(st.integers(0, 3_500), st.booleans(), stories(EDITS + UNSORTED))
def test_whatever_people_edit_a_walk_ends_and_has_met_what_stays(
    count: int, counts_first: bool, story: list[tuple[str, int, int]]
) -> None:
    upstream = Upstream(count)

    found = read(upstream, story, counts_first=counts_first)

    assert upstream.stays <= found


@given(st.integers(0, 3_500), st.booleans(), stories(EDITS + WRONGS))
def test_whatever_is_answered_a_walk_that_ends_has_met_what_stays(
    count: int, counts_first: bool, story: list[tuple[str, int, int]]
) -> None:
    upstream = Upstream(count)
    try:
        found = read(upstream, story, counts_first=counts_first)
    except WireMismatch:
        return  # it says that it cannot; to call the walk complete would be wrong

    assert upstream.stays <= found


@given(st.lists(st.integers(0, 30_000), min_size=1, max_size=40))
def test_no_batch_is_larger_than_allowed(counts: list[int]) -> None:
    readings = [Reading(entity=f"E{number}") for number in range(len(counts))]
    for reading, count in zip(readings, counts, strict=True):
        reading.counted(count)

    asks = plan(readings)

    assert len(asks) <= MOST_QUERIES
    assert sum(ask.weight for ask in asks) <= MOST_ROWS
    assert asks or not sum(counts)


def test_a_page_that_answered_another_question_is_not_taken_for_this_one() -> None:
    reading = Reading(entity="Invoice", counts_first=True)
    reading.counted(1_000)
    first, last = plan([reading])
    the_end = [str(number) for number in range(991, 1_001)]
    reading.take(first, [], [])  # cut off: all is asked for again
    assert reading.take(last, the_end, the_end) is None
    _, again = plan([reading])

    reading.counted(1_000)
    taken = reading.take(again, the_end, the_end)

    assert again.start == 1
    assert taken is None
    assert not reading.is_done


def test_a_checkpoint_leads_to_the_same_place() -> None:
    reading = Reading(entity="Invoice", counts_first=True)
    reading.counted(1_500)
    (first, _) = plan([reading])
    ids = [str(number) for number in range(1, 1_001)]
    reading.take(first, ids, ids)

    again = resumed("Invoice", reading.checkpoint(), counts_first=True)

    assert (again.start, again.seen, again.count) == (991, 1_000, 1_500)
    assert again.tail == tuple(ids[-50:])
    assert again.checkpoint() == reading.checkpoint()
