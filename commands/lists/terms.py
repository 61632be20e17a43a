"""The ledgers' own codes in words, and the order people expect of account codes."""

import re

ACCOUNT_TYPES = {  # https://developer.xero.com/documentation/api/accounting/types#accounts
    "BANK": "Bank",
    "CURRENT": "Current asset",
    "CURRLIAB": "Current liability",
    "DEPRECIATN": "Depreciation",
    "DIRECTCOSTS": "Direct costs",
    "EQUITY": "Equity",
    "EXPENSE": "Expense",
    "FIXED": "Fixed asset",
    "INVENTORY": "Inventory asset",
    "LIABILITY": "Liability",
    "NONCURRENT": "Non-current asset",
    "OTHERINCOME": "Other income",
    "OVERHEADS": "Overhead",
    "PREPAYMENT": "Prepayment",
    "REVENUE": "Revenue",
    "SALES": "Sales",
    "TERMLIAB": "Non-current liability",
    "PAYGLIABILITY": "PAYG liability",
    "PAYG": "PAYG liability",
    "SUPERANNUATIONEXPENSE": "Superannuation expense",
    "SUPERANNUATIONLIABILITY": "Superannuation liability",
    "WAGESEXPENSE": "Wages expense",
    "WAGESPAYABLELIABILITY": "Wages payable",
}
BANK_TYPES = {"BANK": "Bank", "CREDITCARD": "Credit card", "PAYPAL": "PayPal", "NONE": ""}
COUNTRIES = {  # ISO 3166-1 codes of where our vendors' organisations mostly are
    "AE": "United Arab Emirates",
    "AU": "Australia",
    "CA": "Canada",
    "DE": "Germany",
    "ES": "Spain",
    "FR": "France",
    "GB": "United Kingdom",
    "HK": "Hong Kong",
    "IE": "Ireland",
    "IN": "India",
    "MT": "Malta",
    "MY": "Malaysia",
    "NL": "Netherlands",
    "NZ": "New Zealand",
    "PT": "Portugal",
    "SG": "Singapore",
    "US": "United States",
    "ZA": "South Africa",
}
_DIGITS = re.compile(r"(\d+)")
_INSIDE = re.compile(r"(?<=[a-z])(?=[A-Z])")

Place = tuple[bool, tuple[tuple[bool, int, str], ...], str]


def account_type(code: str) -> str:
    """In words; an unknown one, and QuickBooks Online's, which are words, as they are."""
    return ACCOUNT_TYPES.get(code, code)


def bank_type(code: str) -> str:
    """In words; QuickBooks Online writes `CashOnHand`."""
    return BANK_TYPES.get(code, _INSIDE.sub(" ", code).capitalize())


def country(code: str) -> str:
    """In words; a country that is not in the table by its code."""
    return COUNTRIES.get(code.upper(), code)


def plan(code: str) -> str:
    """`PARTNER_CASHBOOK` is Partner cashbook; what is words already stays."""
    return code.replace("_", " ").capitalize() if code.isupper() else code


def by_code(code: str | None, name: str) -> Place:
    """`90` comes before `200`, that before `200.1` and `200A`; last, by name, what has no code."""
    pieces = (piece for piece in _DIGITS.split((code or "").casefold()) if piece)
    parts = tuple(
        (False, int(piece), "") if piece.isdecimal() else (True, 0, piece) for piece in pieces
    )
    return not code, parts, name.casefold()
