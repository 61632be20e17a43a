"""Numbers with rules of their own: bank accounts, tax registrations, currencies of countries."""

import re
from collections.abc import Iterator

_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ ]{0,2}[A-Z0-9]){11,30}", re.IGNORECASE)
_EURO = frozenset({
    "AT", "BE", "BG", "CY", "DE", "EE", "ES", "FI", "FR", "GR", "HR", "IE", "IT", "LT", "LU",
    "LV", "MT", "NL", "PT", "SI", "SK",
})  # fmt: skip  # of 2026
_CURRENCIES = {
    "AU": "AUD", "CA": "CAD", "CH": "CHF", "CZ": "CZK", "DK": "DKK", "GB": "GBP", "HK": "HKD",
    "HU": "HUF", "IN": "INR", "LI": "CHF", "NO": "NOK", "NZ": "NZD", "PL": "PLN", "RO": "RON",
    "SE": "SEK", "SG": "SGD", "US": "USD", "ZA": "ZAR",
}  # fmt: skip
_VAT = re.compile(
    r"(?<![A-Z0-9])(?:"
    r"GB\s?(?:\d{3}\s?\d{4}\s?\d{2}(?:\s?\d{3})?)|ATU\s?\d{8}|BE\s?[01]\d{3}[.\s]?\d{3}[.\s]?\d{3}|"
    r"CHE[-\s]?\d{3}[.\s]?\d{3}[.\s]?\d{3}|DE\s?\d{3}\s?\d{3}\s?\d{3}|DK\s?\d{8}|"
    r"ES\s?[A-Z0-9]\d{7}[A-Z0-9]|FI\s?\d{8}|FR\s?[A-HJ-NP-Z0-9]{2}\s?\d{3}\s?\d{3}\s?\d{3}|"
    r"IE\s?\d[A-Z0-9+*]\d{5}[A-W][A-I]?|IT\s?\d{11}|LU\s?\d{8}|NL\s?\d{9}\s?B\s?\d{2}|"
    r"PL\s?\d{10}|PT\s?\d{9}|SE\s?\d{12}"
    r")(?![A-Z0-9])"
)


def ibans(text: str) -> Iterator[str]:
    """All whose check digits are right (ISO 13616), without spaces."""
    for match in _IBAN.finditer(text):
        found = iban_or_none(match[0])
        if found:
            yield found


def iban_or_none(text: str | None) -> str | None:
    """It may have more behind it, as words of a row do: the longest that is right is taken."""
    compact = re.sub(r"\s", "", text or "").upper()
    for length in range(min(len(compact), 34), 14, -1):
        if _is_iban(compact[:length]):
            return compact[:length]
    return None


def _is_iban(text: str) -> bool:
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", text):
        return False
    digits = "".join(str(int(sign, 36)) for sign in text[4:] + text[:4])
    return int(digits) % 97 == 1


def vat_numbers(text: str) -> Iterator[str]:
    """All that have the form of one of the countries that are usual, without spaces or dots."""
    for match in _VAT.finditer(text.upper()):
        yield re.sub(r"[\s.\-]", "", match[0])


def currency_of(country: str | None) -> str | None:
    """What is paid with in a country, where we know it."""
    return "EUR" if country in _EURO else _CURRENCIES.get(country or "")
