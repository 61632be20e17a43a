"""The fields we read are fields the vendors publish."""

import inspect
import re
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from providers.quickbooks import shapes as quickbooks
from providers.xero import shapes as xero
from providers.xero.timezones import IANA_NAMES

CONTRACTS = Path(__file__).resolve().parents[2] / ".." / "shared" / "contracts"
UNPUBLISHED = {"value"}  # of the JSON only, where the schema is of the XML

needs_contracts = pytest.mark.skipif(
    not CONTRACTS.exists(), reason="the vendors' contracts are not beside the repository"
)


def fields(module: ModuleType) -> set[str]:
    return {
        field.encode_name
        for _, shape in inspect.getmembers(module, inspect.isclass)
        if issubclass(shape, msgspec.Struct)
        for field in msgspec.structs.fields(shape)
    }


@needs_contracts
def test_xero_publishes_every_field_we_read() -> None:
    texts = (CONTRACTS / "xero" / f"{name}.yaml" for name in ("xero_accounting", "xero-identity"))
    published = set(re.findall(r"^ +(\w+):", "\n".join(map(Path.read_text, texts)), re.MULTILINE))

    assert fields(xero) - published == set()


@needs_contracts
def test_intuit_publishes_every_field_we_read() -> None:
    schemas = (CONTRACTS / "quickbooks").glob("*.xsd")
    published = set(re.findall(r'name="(\w+)"', "\n".join(map(Path.read_text, schemas))))

    assert fields(quickbooks) - published - UNPUBLISHED == set()


@needs_contracts
def test_xero_publishes_every_time_zone_we_know() -> None:
    text = (CONTRACTS / "xero" / "xero_accounting.yaml").read_text()
    published = set(re.findall(r"^ +- (?:'|\")?([A-Z0-9+()]+)(?:'|\")?$", text, re.MULTILINE))

    assert IANA_NAMES.keys() - published == set()
