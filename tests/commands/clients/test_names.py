"""Which names are the same business, and which may have been meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.clients.names import alike, name_key, nearest, search_keys


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme Ltd", "ACME Limited"),
        ("Acme, Ltd.", "Acme"),
        ("The Acme Company", "Acme Inc."),
        ("Acme P.L.C.", "Acme plc"),
        ("Acme Pty Ltd", "acme"),
        ("Cedar & Co", "Cedar"),
        ("Oak & Sons", "Oak and Sons"),
        ("Harbour Café", "harbour cafe"),
        ("Bob's Bikes", "Bob’s Bikes"),
        ("Smith-Jones LLP", "Smith Jones"),
        ("J Smith T/A Fox Cycles", "J Smith trading as Fox Cycles"),
        ("  Fox   Cycles ", "Fox Cycles"),
        ("Straße Gmbh", "STRASSE GMBH"),
    ],
)
def test_the_same_business_has_the_same_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme Ltd", "Beta Ltd"),
        ("Acme Ltd", "Acme Limited (Demo)"),
        ("Oak & Sons", "Oakley Family Holdings Ltd"),
        ("Acme Ltd", "Acorn Dental"),
        ("Smith Ltd", "Smith Jones Ltd"),
    ],
)
def test_different_businesses_are_not_alike(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)
    assert not alike(one, other)


def test_a_slip_of_the_pen_is_alike_without_being_the_same() -> None:
    assert name_key("Bright Bakery") != name_key("Bright Bakary Ltd")
    assert alike("Bright Bakery", "Bright Bakary Ltd")


@pytest.mark.parametrize("name", ["The Co", "Ltd", "&", "---", "日本"])
def test_a_name_without_telling_words_keeps_what_it_has(name: str) -> None:
    assert name_key(name)


@given(st.text(min_size=1).filter(str.strip))
def test_a_key_is_its_own_key_and_never_empty(name: str) -> None:
    key = name_key(name)

    assert key
    assert name_key(key) == key


def test_the_beginning_of_a_legal_form_is_looked_for_with_and_without_it() -> None:
    assert search_keys("Acme L") == ("acme l", "acme")
    assert search_keys("acme lim") == ("acme lim", "acme")
    assert search_keys("Acme Ltd") == ("acme",)
    assert search_keys("oak s") == ("oak s",)
    assert search_keys("") == ("",)


def test_near_misses_come_best_first() -> None:
    keys = [name_key(n) for n in ("Acme Ltd", "Acorn Dental", "Bright Bakery", "Acne Clinic")]

    assert nearest("acmee", keys) == [0]
    assert nearest("brigth bakery", keys) == [2]
    assert nearest("akorn", keys) == [1]
    assert nearest("zzzz", keys) == []
