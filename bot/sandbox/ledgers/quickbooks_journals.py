"""Transactions between accounts, with nobody on the other side."""

from datetime import date
from decimal import Decimal

from bot.sandbox.ledgers.books import Fields
from bot.sandbox.ledgers.quickbooks_money import House

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
    sides = zip(("Debit", "Credit"), accounts, strict=True)
    return {
        "TxnDate": day.isoformat(),
        "PrivateNote": memo,
        "Adjustment": False,
        "Line": [
            {
                "Id": str(number),
                "Description": memo,
                "Amount": amount,
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": {
                    "PostingType": side,
                    "AccountRef": house.account(account),
                },
            }
            for number, (side, account) in enumerate(sides)
        ],
        **house.money(house.currency, HOME),
        "TotalAmt": amount,
    }
