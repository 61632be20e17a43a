"""A publication as it is kept: drafts and what ledgers made of them, to JSON and back."""

from typing import Any

import msgspec

from providers.drafts import Draft, Published
from providers.errors import Problem
from storage.identity import digest
from storage.models import Publication

KEY_LENGTH = 40  # what every vendor takes


def kept(value: Draft | Published) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(value)
    return plain


def draft_of(publication: Publication) -> Draft:
    return msgspec.convert(publication.draft, Draft)


def published_of(publication: Publication) -> Published | None:
    """What the ledger made of it, None where nothing yet."""
    return msgspec.convert(publication.result, Published) if publication.result else None


def problems_of(problems: tuple[Problem, ...]) -> list[dict[str, Any]]:
    return [msgspec.to_builtins(problem) for problem in problems]


def call_key(publications: list[Publication], attempt: int) -> str:
    """The same for the same documents asked for together: a vendor that knows it answers as before.

    A vendor that has kept a failure under a key answers that for minutes. So of two attempts in a
    row, each after a look that found nothing, the second has a new one.
    """
    told = msgspec.json.encode([each.draft for each in publications], order="sorted").decode()
    batch = publications[0].batch_id  # who asks again after a refusal wants it tried again
    return digest(f"{batch} {attempt // 2} {told}")[:KEY_LENGTH]
