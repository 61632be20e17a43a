"""Transactions between accounts, with nobody on the other side."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bot.sandbox.ledgers.quickbooks.keeping.money import ZERO, House
from bot.sandbox.ledgers.rows import Fields

HOME = Decimal(1)


def transfer(
    house: House, accounts: tuple[str, str], amount: Decimal, *, day: date, memo: str
) -> Fields:
    """From the first account to the second."""
    source, target = accounts
    return {
        "TxnDate": day.isoformat(),
        "FromAccountRef": house.account(source),
        "ToAccountRef": house.account(target),
        "Amount": amount,
        "PrivateNote": memo,
        **house.money(house.currency, HOME),
    }


def journal(
    house: House, accounts: tuple[str, str], amount: Decimal, *, day: date, memo: str
) -> Fields:
    """Debits the first account and credits the second."""
    debited, credited = accounts
    return entry(house, [(debited, amount), (credited, -amount)], day=day, memo=memo)


def entry(house: House, amounts: Sequence[tuple[str, Decimal]], *, day: date, memo: str) -> Fields:
    """A journal of any length; debits are positive and the sum must be nothing."""
    return {
        "TxnDate": day.isoformat(),
        "PrivateNote": memo,
        "Adjustment": False,
        "Line": [
            {
                "Id": str(number),
                "Description": memo,
                "Amount": abs(amount),
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": {
                    "PostingType": "Debit" if amount > 0 else "Credit",
                    "AccountRef": house.account(account),
                },
            }
            for number, (account, amount) in enumerate(amounts)
        ],
        **house.money(house.currency, HOME),
        "TotalAmt": sum((amount for _, amount in amounts if amount > 0), ZERO),
    }


def banked(
    house: House, into: str, account: str, amount: Decimal, *, day: date, memo: str
) -> Fields:
    """A deposit of money that came for no invoice."""
    detail = {"AccountRef": house.account(account)}
    return {
        "TxnDate": day.isoformat(),
        "PrivateNote": memo,
        "DepositToAccountRef": house.account(into),
        "Line": [
            {
                "Id": "1",
                "Amount": amount,
                "DetailType": "DepositLineDetail",
                "DepositLineDetail": detail,
            }
        ],
        **house.money(house.currency, HOME),
        "TotalAmt": amount,
    }
