"""Manual journals entered and changed through the API."""

from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.xero.keeping.documents import BadDocument, civil
from bot.sandbox.ledgers.xero.keeping.lines import ZERO, money
from bot.sandbox.ledgers.xero.keeping.locks import not_locked
from bot.sandbox.ledgers.xero.writing.rules import Rules
from bot.sandbox.ledgers.xero.writing.sitting import Invalid, Sitting, refuse

FEWEST_LINES = 2
_NEXT = {
    "DRAFT": frozenset({"DRAFT", "POSTED", "DELETED"}),
    "POSTED": frozenset({"POSTED", "VOIDED"}),
}


def write_manual_journal(sitting: Sitting, typed: Fields, wanted: str | None) -> Row:
    row = sitting.named("ManualJournals", typed, wanted)
    try:
        return _create(sitting, typed) if row is None else _change(sitting, row, typed)
    except BadDocument as reason:
        raise Invalid(str(reason)) from reason


def _create(sitting: Sitting, typed: Fields) -> Row:
    status = typed.get("Status") or "DRAFT"
    if status not in {"DRAFT", "POSTED"}:
        raise Invalid("Manual journal not of valid status for creation")
    made = _made(sitting, {**typed, "Status": status})
    return sitting.books.add("ManualJournals", made, at=sitting.at)


def _change(sitting: Sitting, row: Row, typed: Fields) -> Row:
    before = row.fields
    status = typed.get("Status") or before["Status"]
    if status not in _NEXT.get(before["Status"], frozenset()):
        raise Invalid("Manual journal not of valid status for modification")
    not_locked(sitting.books, before)
    if status in {"DELETED", "VOIDED"}:
        return sitting.books.change("ManualJournals", row.id, {"Status": status}, at=sitting.at)
    made = _made(sitting, {**before, **typed, "Status": status})
    return sitting.books.change("ManualJournals", row.id, made, at=sitting.at)


def _made(sitting: Sitting, typed: Fields) -> Fields:
    problems: list[str] = []
    rules = sitting.rules
    if not str(typed.get("Narration") or "").strip():
        problems.append("Narration is required")
    lines = typed.get("JournalLines") or []
    if len(lines) < FEWEST_LINES:
        problems.append("A manual journal must have at least 2 lines")
    checked = [_line(rules, line, problems) for line in lines]
    debits = sum((each["LineAmount"] for each in checked if each["LineAmount"] > 0), ZERO)
    credited = -sum((each["LineAmount"] for each in checked if each["LineAmount"] < 0), ZERO)
    if debits != credited:
        problems.append(f"The total debits ({debits}) must equal total credits ({credited})")
    refuse(problems)
    on = civil(typed.get("Date") or sitting.at.date())
    whole = {**typed, "Date": on, "JournalLines": checked}
    not_locked(sitting.books, {**whole, "Status": "POSTED"})
    return sitting.drafting.manual_journal(whole)


def _line(rules: Rules, typed: Fields, problems: list[str]) -> Fields:
    account = rules.account(typed, problems)
    tax = rules.tax(typed.get("TaxType") or "NONE", account, problems)
    kept = {k: typed[k] for k in ("Description", "TaxAmount") if typed.get(k) is not None}
    code = account.fields["Code"] if account else ""
    amount = money(typed.get("LineAmount") or 0)
    return {**kept, "LineAmount": amount, "AccountCode": code, "TaxType": tax}
