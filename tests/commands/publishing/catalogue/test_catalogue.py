"""Every failure there is has a cause, a remedy and a button, in plain words."""

import re
from pathlib import Path

import pytest

from commands.publishing.catalogue import ENTRIES, Entry, Nature, Retry, entry, is_known, told
from commands.publishing.sending.outcome_lines import WORTH_SAYING
from commands.registry import COMMANDS, discover

XERO = """SUBSCRIPTION UNAUTHORISED EXPIRED TAX_ACCOUNT ACCOUNT_INVALID ACCOUNT_ARCHIVED LOCK_DATE
    BANK_UNKNOWN BANK_REQUIRED NOT_MODIFIABLE NOT_DRAFT ID_MISSING SPEND_IMMUTABLE BILL_LIMIT
    USER_ID USER_PERM TAX_GT_LINE NUMBER_UNIQUE IMAGE FILE_10MB CONTACT_GONE GUID CURRENCY VOIDED
    HAS_PAYMENT CHARS TRACKING QUOTE_429 WRONG_ORG"""
QBO = """INACTIVE ONE_CURRENCY CLOSED DUP_NAME DUP_DOCNO INACTIVE_REF BAD_REF NO_ACCESS TOKEN STALE
    THROTTLE NO_BILL BILLABLE BILLABLE_CUST AP_CURRENCY AP_VENDOR NEG_CHECK TAX_MISSING FEATURE
    UTF8 DUE_BEFORE"""
OTHERS = """SAGE_BANK_REQUIRED SAGE_LEDGER_TAX SAGE_LOCKDOWN SAGE_AUTH SAGE50_OFFLINE
    SAGE50_SINGLE_USER SAGE50_SHARE_MODE SAGE50_RIGHTS SAGE50_AUTO FA_CONTACT FA_CAPITAL
    FA_WRONG_ACCOUNT FA_LOCKED FA_VALIDATION KF_NO_TAX KF_NO_IMAGE MYOB_NO_TAX QBD_OFFLINE
    QBD_ACCOUNT_TYPE AMAX_GST_IMPORT"""
OURS = """ALREADY_PUBLISHED MISSING LINES DUPLICATE LOCKED NOT_APPROVED RULE_BROKEN CONNECTION
    PERMISSION PLAN"""
TABLE = (
    *(f"XERO_{name}" for name in XERO.split()),
    *(f"QBO_{name}" for name in QBO.split()),
    *OTHERS.split(),
    *(f"PRE_{name}" for name in OURS.split()),
)
AUTOMATIC = {
    "XERO_IMAGE", "XERO_CHARS", "XERO_QUOTE_429", "QBO_THROTTLE", "QBO_UTF8", "SAGE50_OFFLINE",
    "QBD_OFFLINE",
}  # fmt: skip
_CODE = re.compile(r'"((?:XERO|QBO|PRE|NOTE|AUTO|SAGE)_[A-Z0-9_]+)"')


def test_all_eighty_are_there() -> None:
    assert len(TABLE) == len(set(TABLE)) == 80
    assert [code for code in TABLE if code not in ENTRIES] == []


def said(one: Entry) -> tuple[str, ...]:
    parts = (one.title, one.precise, one.cause, one.remedy, one.who_can, one.button.label)
    return tuple(filter(None, parts))


@pytest.mark.parametrize("one", ENTRIES.values(), ids=lambda one: one.code)
def test_each_says_what_to_do_in_our_voice(one: Entry) -> None:
    words = " ".join(said(one))

    assert all((one.title, one.cause, one.remedy, one.who_can))
    assert one.button.command.count(".") == 1
    assert 0 < len(one.button.label) <= 30
    assert not re.search(r"!|\bplease\b|successful|sorry|\b\w+ized?\b", words, re.IGNORECASE)
    assert not one.title.endswith(".")
    assert one.cause.endswith(".")
    assert one.remedy.endswith(".")


def test_nothing_is_repeated_without_anybodys_doing_but_what_can_come_right() -> None:
    by_itself = {code for code, one in ENTRIES.items() if one.retry is Retry.AUTOMATIC}

    assert by_itself == AUTOMATIC
    assert {code for code, one in ENTRIES.items() if one.retry is Retry.ONCE} == {"QBO_STALE"}


def test_every_button_leads_to_a_command_there_is() -> None:
    discover()

    assert {one.button.command for one in ENTRIES.values()} - set(COMMANDS) == set()


def test_titles_can_be_told_apart_within_a_software() -> None:
    xero = [one.title for code, one in ENTRIES.items() if code.startswith("XERO_")]

    assert len(set(xero)) == len(xero)


def test_the_facts_of_the_case_make_it_precise() -> None:
    facts = {"software": "Xero", "what": "category", "name": "429 General"}

    assert told("XERO_ACCOUNT_ARCHIVED", facts).title == "Category 429 General is archived in Xero"
    assert told("PRE_MISSING", {"what": "total"}).title == "The total is missing"
    assert told("PRE_MISSING", {}).title == "Something is missing"


def test_what_is_noticed_before_is_told_as_done_afterwards() -> None:
    facts = {"instead": "awaiting payment", "why": "“Company card” has no bank account"}
    words = told("NOTE_NOT_PAID", facts)

    assert (
        words.title == "It will be awaiting payment, not paid: “Company card” has no bank account"
    )
    assert words.after == (
        "published, awaiting payment instead of paid: “Company card” has no bank account"
    )
    assert {code for code in WORTH_SAYING if not ENTRIES[code].after} == set()


def test_the_vendors_words_tell_which_account_and_which_day() -> None:
    archived = "Account code '429' has been archived. Each line item must reference a valid account"
    locked = "The document date cannot be before the period lock date, currently set at 31 Mar 2026"

    assert told("XERO_ACCOUNT_ARCHIVED", {"text": archived}).title == (
        "Category 429 is archived in Xero"
    )
    assert told("XERO_LOCK_DATE", {"text": locked}).title == (
        "The date is locked in Xero: the lock date is 31 Mar 2026"
    )
    assert told("XERO_LOCK_DATE", {"text": locked}).text == locked


def test_what_we_do_not_know_is_shown_verbatim_with_an_apology() -> None:
    text = "Flux {capacitor} is not of valid status!"
    answer = told("", {"software": "Xero", "text": text})

    assert answer.title == f"Xero says: “{text}”"
    assert "sorry" in answer.cause
    assert answer.button.label == "Retry"
    assert not is_known("XERO_FLUX")
    assert entry("XERO_FLUX") is entry("")


def test_every_code_in_use_is_in_the_catalogue() -> None:
    root = Path(__file__).resolve().parents[4]
    places = ("providers/xero", "providers/quickbooks", "commands/publishing", "commands/items")
    used = {
        code
        for place in places
        for path in (root / place).rglob("*.py")
        for code in _CODE.findall(path.read_text(encoding="utf-8"))
    }

    assert len(used) > 40
    assert used - set(ENTRIES) == set()


def test_notices_are_no_failures() -> None:
    for code, one in ENTRIES.items():
        assert (one.nature is Nature.NOTICE) == code.startswith(("NOTE_", "AUTO_"))
