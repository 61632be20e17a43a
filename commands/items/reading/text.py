"""From words on a page to the facts of a document, whether they were written or seen."""

import re
from collections.abc import Iterable, Iterator

from commands.items.reading import marks, parties
from commands.items.reading.dating import days
from commands.items.reading.paper import Paper, paper
from commands.items.reading.reading import By, Known, ReadDocument, Surroundings
from commands.items.reading.tabular import lines
from commands.items.reading.totals import Sums, sums
from commands.items.reading.words import Word
from commands.publishing.facts import ItemKind

_KINDS = (
    (
        ItemKind.CREDIT_NOTE,
        r"credit ?note|credit ?memo|refund|gutschrift\w*|stornorechnung|avoir|remboursement|"
        r"creditnota\w*|creditfactuur\w*",
    ),
    (
        ItemKind.RECEIPT,
        r"receipt|quittung|kassenbon|kassenbeleg|beleg|recu|ticket|bon de caisse|kassabon|bon|"
        r"bewijs van betaling",
    ),
    (ItemKind.INVOICE, r"invoice|rechnung\w*|facture|factuur\w*|bill"),
)
_KIND = re.compile(
    r"(?<!\w)(?:" + "|".join(f"(?P<kind{n}>{words})" for n, (_, words) in enumerate(_KINDS))
    + r")(?!\w)"
)  # fmt: skip
_TILL = re.compile(r"(?<!\w)(?:change|cash|rendu|especes|bar|ruckgeld|wisselgeld|contant|card|visa|"
                   r"mastercard|contactless|pin|girocard)(?!\w)")  # fmt: skip


def read_text(words: Iterable[Word], by: By, *, around: Surroundings) -> ReadDocument:
    """What can be made out; nothing that is not on the page, but for a currency that is usual."""
    page = paper(words, by, around)
    if not page.rows:
        return ReadDocument()
    found = sums(page)
    is_negative = found.total is not None and found.total.value < 0
    kind = ItemKind.CREDIT_NOTE if is_negative else _kind(page)
    facts = dict(_facts(page, found))
    issuer = next(marks.tax_numbers(page), None)
    return ReadDocument(
        kind=kind,
        facts=facts,
        lines=lines(page, found),
        customer=parties.customer(page),
        country=_country(issuer),
    )


def _facts(page: Paper, found: Sums) -> Iterator[tuple[str, Known]]:
    currency = marks.currency(page, found)
    single = {
        "supplier": parties.supplier(page),
        "number": marks.number(page),
        "currency": currency,
        "total": _total(page, found),
        "tax": _tax(page, found),
        "last4": marks.last4(page),
        "tax_number": next(marks.tax_numbers(page), None),
        "iban": marks.iban(page),
        **days(page, currency.value if currency and currency.confidence > 0.5 else None),
    }
    return ((name, known) for name, known in single.items() if known is not None)


def _total(page: Paper, found: Sums) -> Known | None:
    if found.total is None:
        return None
    return page.known(format(abs(found.total.value), "f"), found.total_sure, found.total.row)


def _tax(page: Paper, found: Sums) -> Known | None:
    if found.tax is None or found.total is None:
        return None
    return page.known(format(abs(found.tax), "f"), found.tax_sure, found.total.row)


def _kind(page: Paper) -> ItemKind | None:
    """By the first word for it; a till's words make a receipt of what has none."""
    for row in page.rows:
        match = _KIND.search(row.plain)
        if match:
            return next(kind for n, (kind, _) in enumerate(_KINDS) if match[f"kind{n}"])
    if any(_TILL.search(row.plain) for row in page.rows):
        return ItemKind.RECEIPT
    return None


def _country(tax_number: Known | None) -> str | None:
    """Tax numbers of Greece begin with EL; those of the rest with the country."""
    start = tax_number.value[:2] if tax_number else ""
    return ({"EL": "GR"}.get(start, start) if start.isalpha() else None) or None
