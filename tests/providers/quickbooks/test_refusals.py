"""What QuickBooks' refusals are called in the catalogue."""

import pytest

from bot.sandbox.ledgers.quickbooks.writing import refusals as theirs
from providers.errors import Problem
from providers.quickbooks.refusals import catalogue_code, catalogued

BUSINESS = "Business Validation Error: "


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("6190", "Invalid Company Status", "QBO_INACTIVE"),
        ("6000", "Your subscription appears to be inactive", "QBO_INACTIVE"),
        ("6000", "You can only use one foreign currency per transaction.", "QBO_ONE_CURRENCY"),
        ("6210", "Account Period Closed, Cannot Update", "QBO_CLOSED"),
        ("6200", "", "QBO_CLOSED"),
        ("6210", "Duplicate Document Number Error", "QBO_DUP_DOCNO"),
        ("6240", "The name supplied already exists.", "QBO_DUP_NAME"),
        ("6140", "Duplicate Document Number Error", "QBO_DUP_DOCNO"),
        ("610", "Object Not Found : made inactive", "QBO_INACTIVE_REF"),
        ("2500", "Invalid Reference Id", "QBO_BAD_REF"),
        ("120", "Authorization Failure", "QBO_NO_ACCESS"),
        ("3200", "message=AuthenticationFailed", "QBO_TOKEN"),
        ("5010", "Stale Object Error", "QBO_STALE"),
        ("003001", "ThrottleExceeded", "QBO_THROTTLE"),
        ("5030", "Feature Not Supported Error : Bill is not supported by this subscription.",
         "QBO_NO_BILL"),
        ("5030", "Feature Not Supported Error : ClassRef is not supported by this subscription.",
         "QBO_FEATURE"),
        ("6000", "This account or item is not marked billable.", "QBO_BILLABLE"),
        ("6000", "The item has no income account.", "QBO_BILLABLE"),
        ("6000", "If this line is billable, you must choose a customer.", "QBO_BILLABLE_CUST"),
        ("6000", "The vendor's currency is not that of Accounts Payable.", "QBO_AP_CURRENCY"),
        ("6000", "When you use Accounts Payable, you must choose a vendor.", "QBO_AP_VENDOR"),
        ("6000", "Transaction amount must be 0 or greater.", "QBO_NEG_CHECK"),
        ("6000", "Make sure all your transactions have a VAT rate before you save.",
         "QBO_TAX_MISSING"),
        ("6000", "Make sure all your transactions have a GST rate before you save.",
         "QBO_TAX_MISSING"),
        ("500", "Invalid UTF-8 byte sequence", "QBO_UTF8"),
        ("6000", "The due date cannot be earlier than the transaction date.", "QBO_DUE_BEFORE"),
        ("6540", "This transaction has been deposited.", ""),
        ("2050", "String length specified does not match", ""),
        ("", "", ""),
    ],
)  # fmt: skip
def test_a_refusal_has_its_name(code: str, text: str, expected: str) -> None:
    assert catalogue_code(Problem(code=code, text=text)) == expected
    assert catalogue_code(Problem(code=code, text=BUSINESS + text)) == expected


@pytest.mark.parametrize(
    ("refusal", "expected"),
    [
        (theirs.closed(), "QBO_CLOSED"),
        (theirs.inactive("AccountRef"), "QBO_INACTIVE_REF"),
        (theirs.no_reference("VendorRef", 7), "QBO_BAD_REF"),
        (theirs.stale(), "QBO_STALE"),
        (theirs.not_in_plan("VendorCredit"), "QBO_NO_BILL"),
        (theirs.not_in_plan("DepartmentRef"), "QBO_FEATURE"),
        (theirs.too_long("DocNumber", 21, 22), ""),
    ],
)
def test_the_stand_ins_words_are_known(refusal: theirs.Refusal, expected: str) -> None:
    assert catalogue_code(Problem(code=refusal.code, text=str(refusal))) == expected


def test_the_vendors_own_words_stay() -> None:
    told = Problem(code="6000", text="Something nobody has heard of.", field="Line[0]")
    (problem,) = catalogued([told])

    assert (problem.code, problem.text, problem.field) == ("", told.text, told.field)
