"""A folder is a provider."""

from pathlib import Path

import pytest

import providers
from providers import registry
from providers.errors import UnknownProvider


def test_every_folder_is_found_and_in_order() -> None:
    package = Path(providers.__file__).parent
    folders = {path.parent.name for path in package.glob("*/__init__.py")}

    assert set(registry.known()) == folders
    assert list(registry.known())[:2] == ["xero", "quickbooks"]


def test_what_has_no_folder_is_unknown() -> None:
    with pytest.raises(UnknownProvider) as caught:
        registry.provider("sage")

    assert str(caught.value) == "no provider folder 'sage'"
    assert isinstance(caught.value, KeyError)
