"""What the vault keeps, from whom, and through which changes of keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.vault import CannotOpen, UnusableKeys, Vault

OLD = "an old key that has served its time well"
NEW = "a new key that is about to take its place"
texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(text=texts, context=texts)
def test_what_is_sealed_opens_in_its_own_context(text: str, context: str) -> None:
    vault = Vault([NEW])

    assert vault.open(vault.seal(text, context), context) == text


@given(text=texts, context=texts, other=texts)
def test_a_secret_moved_to_another_row_does_not_open(text: str, context: str, other: str) -> None:
    vault = Vault([NEW])
    if context == other:
        other += "x"

    with pytest.raises(CannotOpen):
        vault.open(vault.seal(text, context), other)


@given(data=st.data(), text=texts)
def test_a_flipped_bit_anywhere_is_noticed(data: st.DataObject, text: str) -> None:
    vault = Vault([NEW])
    sealed = bytearray(vault.seal(text, "grant:1"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(CannotOpen):
        vault.open(bytes(sealed), "grant:1")


@given(length=st.integers(0, 60))
def test_a_shortened_value_is_noticed(length: int) -> None:
    vault = Vault([NEW])
    sealed = vault.seal("a secret that is long enough for this", "grant:1")

    with pytest.raises(CannotOpen):
        vault.open(sealed[:length], "grant:1")


def test_one_secret_sealed_twice_looks_different() -> None:
    vault = Vault([NEW])

    assert vault.seal("secret", "grant:1") != vault.seal("secret", "grant:1")


def test_a_key_outside_the_ring_opens_nothing() -> None:
    with pytest.raises(CannotOpen, match="grant:1"):
        Vault([NEW]).open(Vault([OLD]).seal("secret", "grant:1"), "grant:1")


def test_every_key_of_the_ring_opens_and_the_first_one_seals() -> None:
    before, during, after = Vault([OLD]), Vault([NEW, OLD]), Vault([NEW])
    sealed = before.seal("secret", "grant:1")

    rotated = during.rotate(sealed, "grant:1")

    assert during.open(sealed, "grant:1") == "secret"
    assert not during.is_current(sealed)
    assert during.is_current(rotated)
    assert after.open(rotated, "grant:1") == "secret"
    assert during.rotate(rotated, "grant:1") == rotated


@pytest.mark.parametrize("keys", [[], ["short"], [NEW, "x" * 31]])
def test_keys_that_protect_nothing_are_refused(keys: list[str]) -> None:
    with pytest.raises(UnusableKeys):
        Vault(keys)


def test_the_vault_shows_no_key() -> None:
    assert NEW not in repr(Vault([NEW, OLD]))
