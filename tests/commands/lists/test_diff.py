"""Two readings of a list compared."""

from hypothesis import given
from hypothesis import strategies as st

from commands.lists.diff import Difference, Known, Rename, apply, difference

ENTRIES = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.builds(
        Known,
        name=st.sampled_from(["Sales", "Rent", "Travel"]),
        digest=st.sampled_from("123"),
        active=st.booleans(),
    ),
)
OLD = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.builds(
        Known,
        name=st.sampled_from(["Sales", "Rent", "Travel"]),
        digest=st.sampled_from("123"),
        active=st.booleans(),
        removed=st.booleans(),
    ),
)


def present(entries: dict[str, Known]) -> dict[str, Known]:
    return {key: entry for key, entry in entries.items() if not entry.removed}


@given(OLD, ENTRIES)
def test_applying_the_difference_gives_the_new_reading(
    old: dict[str, Known], new: dict[str, Known]
) -> None:
    assert present(apply(difference(old, new), old)) == new


@given(OLD, ENTRIES)
def test_nothing_known_is_ever_forgotten(old: dict[str, Known], new: dict[str, Known]) -> None:
    assert set(apply(difference(old, new), old)) == set(old) | set(new)


@given(ENTRIES)
def test_the_same_reading_twice_is_no_difference(entries: dict[str, Known]) -> None:
    found = difference(entries, entries)

    assert not found
    assert found.changed == {}


@given(OLD, ENTRIES)
def test_part_of_a_list_says_nothing_of_the_rest(
    old: dict[str, Known], new: dict[str, Known]
) -> None:
    whole, part = difference(old, new), difference(old, new, whole=False)

    assert part.removed == {}
    assert (part.changed, part.added, part.renamed) == (whole.changed, whole.added, whole.renamed)


def test_each_kind_of_change_is_told_apart() -> None:
    old = {
        "1": Known(name="Sales", digest="a"),
        "2": Known(name="Rent", digest="a"),
        "3": Known(name="Travel", digest="a"),
        "4": Known(name="Cars", digest="a", active=False),
        "5": Known(name="Bank", digest="a", removed=True),
    }
    new = {
        "1": Known(name="Sales UK", digest="b"),
        "2": Known(name="Rent", digest="b", active=False),
        "4": Known(name="Cars", digest="b"),
        "5": Known(name="Bank", digest="a"),
        "6": Known(name="Fuel", digest="a"),
    }

    assert difference(old, new) == Difference(
        changed=new,
        added={"6": "Fuel"},
        renamed={"1": Rename(old="Sales", new="Sales UK")},
        archived={"2": "Rent"},
        restored={"4": "Cars", "5": "Bank"},
        removed={"3": "Travel"},
    )
