"""Why QuickBooks does not take something, in its codes and words."""

from typing import Any

from bot.sandbox.ledgers.quickbooks import wire
from bot.sandbox.ledgers.rows import Row

_INACTIVE = (
    "Something you're trying to use has been made inactive. "
    "Check the fields with accounts, customers, items, vendors or employees."
)
_CLOSED = (
    "The account period has closed and the account books cannot be updated through the QBO "
    "Services API. Please use the QBO website to make these changes."
)


class Refusal(ValueError):
    """Becomes the `Fault` of the call, or of one item of a batch."""

    def __init__(self, code: str, message: str, detail: str, *, element: str = "") -> None:
        super().__init__(detail)
        self.code = code
        self.message = message
        self.element = element

    def body(self) -> dict[str, Any]:
        body = wire.fault_body(self.code, self.message, str(self), kind="ValidationFault")
        if self.element:
            body["Fault"]["Error"][0]["element"] = self.element
        return body


def missing(name: str) -> Refusal:
    words = "Required param missing, need to supply the required value for the API"
    detail = f"Required parameter {name} is missing in the request"
    return Refusal("2020", words, detail, element=name)


def bad_choice(name: str, value: object) -> Refusal:
    return Refusal("2170", "Invalid Enumeration", f"Property {name} has no value {value}")


def too_long(name: str, most: int, length: int) -> Refusal:
    words = "String length is either shorter or longer than supported by specification"
    detail = (
        "String length specified does not match the supported length. "
        f"Min:0 Max:{most} supported. Supplied length:{length}"
    )
    return Refusal("2050", words, detail, element=name)


def unreadable(text: str) -> Refusal:
    words = "Invalid String. The String may contain unsupported or illegal chars"
    return Refusal("2040", words, f"Element contains invalid characters. {text}")


def no_reference(name: str, value: object) -> Refusal:
    detail = f"Invalid Reference Id : {name} element id {value} not found"
    return Refusal("2500", "Invalid Reference Id", detail, element=name)


def inactive(name: str) -> Refusal:
    return Refusal("610", "Object Not Found", f"Object Not Found : {_INACTIVE}", element=name)


def gone(kind: str) -> Refusal:
    return Refusal("610", "Object Not Found", f"Object Not Found : {kind}. {_INACTIVE}")


def stale() -> Refusal:
    detail = (
        "Stale Object Error : You and another user were working on this at the same time. "
        "They finished before you did, so your work was not saved."
    )
    return Refusal("5010", "Stale Object Error", detail)


def duplicate_number(kind: str, row: Row) -> Refusal:
    number = row.fields["DocNumber"]
    detail = (
        "Duplicate Document Number Error : You must specify a different number. This number has "
        f"already been used. DocNumber={number} is assigned to TxnType={kind} with TxnId={row.id}"
    )
    return Refusal("6140", "Duplicate Document Number Error", detail)


def duplicate_name(row: Row) -> Refusal:
    detail = f"The name supplied already exists. : Id={row.id}"
    return Refusal("6240", "Duplicate Name Exists Error", detail)


def closed() -> Refusal:
    words = "Account Period Closed, Cannot Update Through Services API"
    return Refusal("6210", words, f"Account Period Closed : {_CLOSED}")


def unlike(amount: object) -> Refusal:
    detail = f"Amount is not equal to UnitPrice * Qty. Supplied value:{amount}"
    return Refusal("6070", "Amount calculation incorrect in the request", detail)


def deposited() -> Refusal:
    words = "Deposited Transaction cannot be changed"
    detail = (
        "This transaction has been deposited. If you want to change or delete it, edit the deposit."
    )
    return Refusal("6540", words, f"{words} : {detail}")


def not_in_plan(what: str) -> Refusal:
    detail = f"Feature Not Supported Error : {what} is not supported by this subscription."
    return Refusal("5030", "Feature Not Supported Error", detail)


def business(detail: str) -> Refusal:
    """The rules that have no code of their own."""
    words = "A business validation error has occurred while processing your request"
    return Refusal("6000", words, f"Business Validation Error: {detail}")
