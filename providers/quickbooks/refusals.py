"""What QuickBooks' refusals are called in our catalogue of errors (product §12.2)."""

import re
from collections.abc import Iterable

from providers.errors import Problem

LINKED = "QBO_HAS_PAYMENT"  # our own, before anything is sent: QuickBooks would unlink it

_BY_CODE = {
    "120": "QBO_NO_ACCESS",
    "610": "QBO_INACTIVE_REF",
    "2500": "QBO_BAD_REF",
    "3001": "QBO_THROTTLE",
    "3200": "QBO_TOKEN",
    "5010": "QBO_STALE",
    "6140": "QBO_DUP_DOCNO",
    "6190": "QBO_INACTIVE",
    "6200": "QBO_CLOSED",
    "6240": "QBO_DUP_NAME",
}
# The rules of a business come under few codes, and say in words which they are. The first that
# fits holds, so the narrower stand before the wider.
_BY_WORDS = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), name)
    for pattern, name in (
        (r"duplicate (document|bill) number", "QBO_DUP_DOCNO"),
        (r"(period|books?)\b.*\bclosed|closed?\b.*\b(period|books)", "QBO_CLOSED"),
        (r"one foreign currency", "QBO_ONE_CURRENCY"),
        (r"currency.*(accounts? payable|a/p)|(accounts? payable|a/p).*currency", "QBO_AP_CURRENCY"),
        (r"accounts? payable.*(vendor|supplier)", "QBO_AP_VENDOR"),
        (r"billable.*(choose|select|need|require|missing).*customer", "QBO_BILLABLE_CUST"),
        (r"billable|income account", "QBO_BILLABLE"),
        (r"(have|need|require|missing|select|without)\b.*\b(tax|VAT|GST|HST) (rate|code)|"
         r"(tax|VAT|GST|HST) (rate|code)\b.*\b(missing|required)", "QBO_TAX_MISSING"),
        (r"amount must be (0|zero) or greater|(negative|zero).*(check|cheque|total)",
         "QBO_NEG_CHECK"),
        (r"due date.*(earlier|before)", "QBO_DUE_BEFORE"),
        (r"\b(bill|billpayment|vendorcredit) is not supported by this subscription",
         "QBO_NO_BILL"),
        (r"feature|not (included|supported|available).*(subscription|plan)", "QBO_FEATURE"),
        (r"subscription.*(inactive|restricted|ended|expired|lapsed)|invalid company status",
         "QBO_INACTIVE"),
        (r"utf-?8|invalid (character|byte)|encoding", "QBO_UTF8"),
    )
)  # fmt: skip


def catalogued(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The same problems under the catalogue's codes, "" where it has none; the words stay."""
    return tuple(
        Problem(code=catalogue_code(each), text=each.text or each.code, field=each.field)
        for each in problems
    )


def catalogue_code(problem: Problem) -> str:
    """By the vendor's own code, which gateways fill up with noughts, else by its words."""
    known = _BY_CODE.get(problem.code.lstrip("0"))
    if known is not None:
        return known
    return next((name for words, name in _BY_WORDS if words.search(problem.text)), "")
