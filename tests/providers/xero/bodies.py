"""Xero's bodies as the books read them."""

import json
from typing import Any

from providers.books import AnyRecord
from providers.xero.documents import Reading
from providers.xero.streams import SOURCES
from tests.providers.vendors import an_answer, sample


def an_id(number: int) -> str:
    return f"6a1b2c3d-0000-4000-8000-{number:012d}"


def read(stream: str, path: str) -> Reading:
    """A sample as records."""
    return _read(stream, sample(f"xero/{path}.json"))


def one(stream: str, **fields: Any) -> AnyRecord:
    """The record of one row."""
    (record,) = _read(stream, json.dumps({stream: [fields]}).encode()).records
    return record


def mentioned_by(stream: str, **fields: Any) -> set[str]:
    return set(_read(stream, json.dumps({stream: [fields]}).encode()).mentions)


def _read(stream: str, body: bytes) -> Reading:
    source = SOURCES[stream]
    envelope = an_answer(body=body).decoded_as(source.shape)
    assert envelope is not None
    return source.read(envelope.rows)
