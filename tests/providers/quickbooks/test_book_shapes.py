"""The fields of the books that we read are fields Intuit publishes."""

import inspect
import re
from pathlib import Path

import msgspec
import pytest

from providers.quickbooks import book_shapes

CONTRACTS = Path(__file__).resolve().parents[3] / ".." / "shared" / "contracts" / "quickbooks"
OF_THE_JSON_ALONE = {"value", "fault"}  # the schema is of the XML; gateways write in lower case


@pytest.mark.skipif(not CONTRACTS.exists(), reason="Intuit's schema is not beside the repository")
def test_intuit_publishes_every_field_we_read() -> None:
    published = set(
        re.findall(r'name="(\w+)"', "\n".join(path.read_text() for path in CONTRACTS.glob("*.xsd")))
    )
    read = {
        field.encode_name
        for _, shape in inspect.getmembers(book_shapes, inspect.isclass)
        if issubclass(shape, msgspec.Struct)
        for field in msgspec.structs.fields(shape)
    }

    assert read - published == OF_THE_JSON_ALONE & read
