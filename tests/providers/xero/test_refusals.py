"""Xero's sentences and their entries in the catalogue of errors."""

import pytest

from providers.errors import Problem, Rejected
from providers.xero import refusals

KNOWN = [
    ("Make sure your Xero subscription is still active", "XERO_SUBSCRIPTION"),
    ("AuthorizationUnsuccessful", "XERO_UNAUTHORISED"),
    ("Your integration to Xero has expired. Please re-integrate", "XERO_EXPIRED"),
    ("The TaxType code 'OUTPUT2' cannot be used with account code '461'.", "XERO_TAX_ACCOUNT"),
    ("The TaxType code X does not exist or cannot be used for this type of transaction.",
     "XERO_TAX_ACCOUNT"),
    ("Tax rate must be valid.", "XERO_TAX_ACCOUNT"),
    ("Account code '200' is not a valid code for this document.", "XERO_ACCOUNT_INVALID"),
    ("Account code must be specified", "XERO_ACCOUNT_INVALID"),
    ("Account must be valid.", "XERO_ACCOUNT_INVALID"),
    ("Account code '429' has been archived, or has been deleted. Each line item must reference a "
     "valid account.", "XERO_ACCOUNT_ARCHIVED"),
    ("The document date cannot be before the end of year lock date, currently set at 31 Mar 2025",
     "XERO_LOCK_DATE"),
    ("The payment date cannot be before the period lock date, currently set at 31 Mar 2025",
     "XERO_LOCK_DATE"),
    ("The specified bank account details do not match a known bank account", "XERO_BANK_UNKNOWN"),
    ("Payments can only be made from bank accounts or accounts enabled for payments",
     "XERO_BANK_UNKNOWN"),
    ("To send to Bank Accounts you will need to set a linked bank account", "XERO_BANK_REQUIRED"),
    ("Invoice not of valid status for modification", "XERO_NOT_MODIFIABLE"),
    ("Credit Note not of valid status for modification", "XERO_NOT_MODIFIABLE"),
    ("The item already exists in Xero with status different from 'DRAFT'!", "XERO_NOT_DRAFT"),
    ("An existing invoice with the specified ID could not be found", "XERO_ID_MISSING"),
    ("Spend money transactions cannot be updated", "XERO_SPEND_IMMUTABLE"),
    ("You have reached the limit of invoices you can approve.", "XERO_BILL_LIMIT"),
    ("A valid user should be identified using the UserID", "XERO_USER_ID"),
    ("The User specified does not have the correct permissions to perform this action",
     "XERO_USER_PERM"),
    ("The tax amount cannot be greater than the line amount.", "XERO_TAX_GT_LINE"),
    ("Invoice # must be unique.", "XERO_NUMBER_UNIQUE"),
    ("This invoice number must be unique.", "XERO_NUMBER_UNIQUE"),
    ("A maximum of 10 attachments can be added to a document", "XERO_IMAGE"),
    ("The file name 'a.exe' is not allowed", "XERO_IMAGE"),
    ("The attachment exceeds the maximum size of 10 MB", "XERO_FILE_10MB"),
    ("The contact with the specified contact details has been archived. The contact must be "
     "un-archived before creating new invoices or credit notes.", "XERO_CONTACT_GONE"),
    ("The contact with the specified contact details could not be found.", "XERO_CONTACT_GONE"),
    ("Guid should contain 32 digits with 4 dashes", "XERO_GUID"),
    ("Unrecognized Guid format.", "XERO_GUID"),
    ("Organisation is not subscribed to currency CHF", "XERO_CURRENCY"),
    ("The currency of the transaction must be that of the bank account", "XERO_CURRENCY"),
    ("The invoice has been voided", "XERO_VOIDED"),
    ("This document cannot be edited as it has a payment or credit note allocated to it.",
     "XERO_HAS_PAYMENT"),
    ("This transaction cannot be edited because it has been reconciled", "XERO_HAS_PAYMENT"),
    ("Payment amount exceeds the amount outstanding on this document", "XERO_HAS_PAYMENT"),
    ("'\x0b', hexadecimal value 0x0B, is an invalid character.", "XERO_CHARS"),
    ("Tracking option 'North' has been archived", "XERO_TRACKING"),
    ("Tracking option 'North' does not exist", "XERO_TRACKING"),
    ("You have exceeded the rate limit", "XERO_QUOTE_429"),
    ("AuthenticationUnsuccessful", "XERO_WRONG_ORG"),
]  # fmt: skip
CATALOGUE = {
    "XERO_SUBSCRIPTION", "XERO_UNAUTHORISED", "XERO_EXPIRED", "XERO_TAX_ACCOUNT",
    "XERO_ACCOUNT_INVALID", "XERO_ACCOUNT_ARCHIVED", "XERO_LOCK_DATE", "XERO_BANK_UNKNOWN",
    "XERO_BANK_REQUIRED", "XERO_NOT_MODIFIABLE", "XERO_NOT_DRAFT", "XERO_ID_MISSING",
    "XERO_SPEND_IMMUTABLE", "XERO_BILL_LIMIT", "XERO_USER_ID", "XERO_USER_PERM",
    "XERO_TAX_GT_LINE", "XERO_NUMBER_UNIQUE", "XERO_IMAGE", "XERO_FILE_10MB", "XERO_CONTACT_GONE",
    "XERO_GUID", "XERO_CURRENCY", "XERO_VOIDED", "XERO_HAS_PAYMENT", "XERO_CHARS",
    "XERO_TRACKING", "XERO_QUOTE_429", "XERO_WRONG_ORG",
}  # fmt: skip


@pytest.mark.parametrize(("text", "code"), KNOWN)
def test_a_sentence_is_recognised_and_kept(text: str, code: str) -> None:
    found = refusals.problem(text)

    assert (found.code, found.text) == (code, text)


def test_every_entry_of_the_catalogue_has_a_sentence() -> None:
    assert {code for _, code in KNOWN} == CATALOGUE
    assert len(CATALOGUE) == 29


def test_what_nobody_has_heard_of_is_shown_as_it_came() -> None:
    assert refusals.problem("The moon is full.") == Problem(code="", text="The moon is full.")


def test_a_sentence_told_twice_is_one_problem() -> None:
    assert len(refusals.problems(["Account must be valid.", "Account must be valid."])) == 1


def test_a_refusal_of_our_own_keeps_its_code() -> None:
    ours = refusals.refusal("XERO_NOT_DRAFT", "It is approved.")
    theirs = Rejected("HTTP 400", problems=(Problem(code="10", text="Account must be valid."),))

    assert refusals.coded(ours).problems == ours.problems
    assert [each.code for each in refusals.coded(theirs).problems] == ["XERO_ACCOUNT_INVALID"]
