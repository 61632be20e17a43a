"""Xero's words for a refusal, and the entry of the catalogue of errors (product §12.1) they mean.

Xero numbers every refusal 10: what is wrong stands in its sentences alone, some with several
wordings. What is not recognised here keeps an empty code and is shown as it came.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from providers.errors import Problem, Rejected


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wording:
    code: str
    pattern: re.Pattern[str]
    field: str | None  # what there is to correct, as coding calls it


def _words(code: str, pattern: str, field: str | None = None) -> _Wording:
    return _Wording(code=code, pattern=re.compile(pattern, re.IGNORECASE | re.DOTALL), field=field)


# The first that fits holds: what is particular comes before what is general.
_WORDINGS = (
    _words("XERO_USER_PERM", r"user .*correct permission|permissions? to perform"),
    _words(
        "XERO_SUBSCRIPTION", r"subscription .*(active|expired|ended)|organisation is not active"
    ),
    _words("XERO_EXPIRED", r"(token|integration|authori[sz]ation|access).* expired"),
    _words(
        "XERO_WRONG_ORG", r"AuthenticationUnsuccessful|not connected to (this|the) organi[sz]ation"
    ),
    _words("XERO_UNAUTHORISED", r"AuthorizationUnsuccessful|not authori[sz]ed"),
    _words("XERO_QUOTE_429", r"rate limit|too many requests"),
    _words(
        "XERO_TAX_ACCOUNT", r"TaxType code .*cannot be used|tax rate .*(valid|archived)", "tax_rate"
    ),
    _words("XERO_TAX_ACCOUNT", r"TaxType .*(does not exist|not valid|invalid)", "tax_rate"),
    _words("XERO_TAX_GT_LINE", r"tax amount .*greater than the line amount", "tax"),
    _words(
        "XERO_ACCOUNT_ARCHIVED", r"account code .*archived|account .*has been archived", "account"
    ),
    _words(
        "XERO_BANK_UNKNOWN",
        r"bank account .*(known|valid|found)|BankAccount must be",
        "bank_account",
    ),
    _words("XERO_BANK_UNKNOWN", r"payments can only be made from bank accounts", "bank_account"),
    _words("XERO_BANK_UNKNOWN", r"^account could not be found", "bank_account"),
    _words("XERO_BANK_REQUIRED", r"set a linked bank account", "bank_account"),
    _words("XERO_BANK_REQUIRED", r"bank account .*(required|must be specified)", "bank_account"),
    _words("XERO_ACCOUNT_INVALID", r"account code .*not a valid code", "account"),
    _words("XERO_ACCOUNT_INVALID", r"account (code|must|or id|id).*(valid|specified)", "account"),
    _words("XERO_LOCK_DATE", r"lock date|locked period", "day"),
    _words("XERO_NOT_DRAFT", r"different from '?DRAFT"),
    _words("XERO_HAS_PAYMENT", r"payment.* allocated|credit notes? allocated|has been reconciled"),
    _words("XERO_HAS_PAYMENT", r"payment amount exceeds|allocated amount exceeds|it is allocated"),
    _words("XERO_VOIDED", r"has been voided|\bis voided|already voided"),
    _words("XERO_SPEND_IMMUTABLE", r"spend money .*cannot be updated"),
    _words("XERO_SPEND_IMMUTABLE", r"bank transaction not of valid status for modification"),
    _words("XERO_NOT_MODIFIABLE", r"not of valid status for (modification|creation)"),
    _words("XERO_NOT_MODIFIABLE", r"only be made against authorised documents"),
    _words("XERO_ID_MISSING", r"existing .*specified id could not be found"),
    _words("XERO_ID_MISSING", r"^(invoice|credit ?note)s? could not be found"),
    _words("XERO_BILL_LIMIT", r"limit of (invoices|bills) you can approve", "publish_as"),
    _words("XERO_USER_ID", r"valid user .*UserID"),
    _words("XERO_NUMBER_UNIQUE", r"(invoice|credit note) (#|number) must be unique", "number"),
    _words("XERO_FILE_10MB", r"(attachment|file).*(10 ?MB|maximum size|too large)"),
    _words("XERO_IMAGE", r"attachment|file ?name .*not allowed|publish the image"),
    _words("XERO_CONTACT_GONE", r"contact .*(archived|merged|could not be found)", "contact"),
    _words("XERO_GUID", r"guid (format )?should contain|unrecognized guid"),
    _words("XERO_CURRENCY", r"not subscribed to currency|multi-?currency", "currency"),
    _words("XERO_CURRENCY", r"currency .*(must be that of|match|not valid|invalid)", "currency"),
    _words("XERO_CHARS", r"invalid character|hexadecimal value .*invalid"),
    _words("XERO_TRACKING", r"tracking (option|categor)", "tracking_1"),
)


def problem(text: str) -> Problem:
    """One sentence of Xero's, verbatim, with its entry of the catalogue where we know it."""
    found = next((each for each in _WORDINGS if each.pattern.search(text)), None)
    if found is None:
        return Problem(code="", text=text)
    return Problem(code=found.code, text=text, field=found.field)


def problems(texts: Iterable[str]) -> tuple[Problem, ...]:
    """Each sentence once, in their order."""
    return tuple(problem(text) for text in dict.fromkeys(texts))


def coded(error: Rejected) -> Rejected:
    """The same refusal with entries of the catalogue; those that are ours stay as they are."""
    known = (
        each if each.code.startswith("XERO_") else problem(each.text) for each in error.problems
    )
    return Rejected(
        str(error),
        problems=tuple(dict.fromkeys(known)),
        provider=error.provider,
        operation=error.operation,
    )


def refusal(code: str, text: str, field: str | None = None) -> Rejected:
    """A refusal of ours, made before Xero has to."""
    return Rejected(text, problems=(Problem(code=code, text=text, field=field),), provider="xero")
