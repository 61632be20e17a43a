"""Charts of accounts and tax rates as a British (and one American) Xero organisation has them."""

from bot.sandbox.ledgers.rows import Fields
from bot.sandbox.ledgers.xero.keeping.tables import CLASSES

# code | name | type | tax type | system account
_CHART = """
200|Sales|REVENUE|OUTPUT2|
205|Sales – Trade Counter|REVENUE|OUTPUT2|
210|Sales – Installation|REVENUE|OUTPUT2|
215|Sales – Export|REVENUE|ZERORATEDOUTPUT|
220|Delivery Recharged|REVENUE|OUTPUT2|
260|Other Revenue|OTHERINCOME|OUTPUT2|
270|Interest Income|OTHERINCOME|NONE|
310|Cost of Goods Sold|DIRECTCOSTS|INPUT2|
315|Carriage Inwards|DIRECTCOSTS|INPUT2|
320|Direct Wages|DIRECTCOSTS|NONE|
321|Subcontractors|DIRECTCOSTS|INPUT2|
325|Direct Expenses|DIRECTCOSTS|INPUT2|
330|Packaging|DIRECTCOSTS|INPUT2|
400|Advertising & Marketing|OVERHEADS|INPUT2|
401|Audit & Accountancy fees|OVERHEADS|INPUT2|
404|Bank Fees|OVERHEADS|NONE|
405|Card Processing Fees|OVERHEADS|EXEMPTINPUT|
408|Cleaning|OVERHEADS|INPUT2|
412|Consulting|OVERHEADS|INPUT2|
416|Depreciation Expense|OVERHEADS|NONE|
418|Charitable and Political Donations|OVERHEADS|NONE|
420|Entertainment - 100% business|OVERHEADS|INPUT2|
424|Entertainment - 0%|OVERHEADS|NONE|
425|Postage, Freight & Courier|OVERHEADS|EXEMPTINPUT|
429|General Expenses|OVERHEADS|INPUT2|
433|Insurance|OVERHEADS|EXEMPTINPUT|
437|Interest Paid|OVERHEADS|NONE|
441|Legal Expenses|OVERHEADS|INPUT2|
445|Light, Power, Heating|OVERHEADS|RRINPUT|
449|Motor Vehicle Expenses|OVERHEADS|INPUT2|
450|Fuel|OVERHEADS|INPUT2|
451|Vehicle Tax and MOT|OVERHEADS|NONE|
457|Operating Lease Payments|OVERHEADS|INPUT2|
461|Printing & Stationery|OVERHEADS|INPUT2|
463|IT Software and Consumables|OVERHEADS|INPUT2|
465|Rates|OVERHEADS|NONE|
466|Recruitment|OVERHEADS|INPUT2|
469|Rent|OVERHEADS|INPUT2|
470|Service Charge|OVERHEADS|INPUT2|
473|Repairs & Maintenance|OVERHEADS|INPUT2|
477|Salaries|OVERHEADS|NONE|
478|Directors' Remuneration|OVERHEADS|NONE|
479|Employers National Insurance|OVERHEADS|NONE|
480|Staff Training|OVERHEADS|INPUT2|
481|Staff Welfare|OVERHEADS|INPUT2|
482|Pensions Costs|OVERHEADS|NONE|
483|Medical Insurance|OVERHEADS|EXEMPTINPUT|
485|Subscriptions|OVERHEADS|INPUT2|
489|Telephone & Internet|OVERHEADS|INPUT2|
490|Mobile Phones|OVERHEADS|INPUT2|
493|Travel - National|OVERHEADS|ZERORATEDINPUT|
494|Travel - International|OVERHEADS|ZERORATEDINPUT|
495|Hotels|OVERHEADS|INPUT2|
496|Subsistence|OVERHEADS|INPUT2|
497|Bank Revaluations|EXPENSE|NONE|BANKCURRENCYGAIN
498|Unrealised Currency Gains|EXPENSE|NONE|UNREALISEDCURRENCYGAIN
499|Realised Currency Gains|EXPENSE|NONE|REALISEDCURRENCYGAIN
500|Corporation Tax|OVERHEADS|NONE|
505|Bad Debts|OVERHEADS|NONE|
610|Accounts Receivable|CURRENT|NONE|DEBTORS
611|Less Provision for Doubtful Debts|CURRENT|NONE|
612|Rent Deposit|CURRENT|NONE|
615|Staff Loans|CURRENT|NONE|
620|Prepayments|CURRENT|NONE|
625|Accrued Income|CURRENT|NONE|
630|Inventory|INVENTORY|NONE|
635|Work in Progress|CURRENT|NONE|
710|Office Equipment|FIXED|INPUT2|
711|Less Accumulated Depreciation on Office Equipment|FIXED|NONE|
720|Computer Equipment|FIXED|INPUT2|
721|Less Accumulated Depreciation on Computer Equipment|FIXED|NONE|
740|Buildings|FIXED|NONE|
741|Less Accumulated Depreciation on Buildings|FIXED|NONE|
760|Motor Vehicles|FIXED|INPUT2|
761|Less Accumulated Depreciation on Motor Vehicles|FIXED|NONE|
764|Plant and Machinery|FIXED|INPUT2|
765|Less Accumulated Depreciation on Plant and Machinery|FIXED|NONE|
800|Accounts Payable|CURRLIAB|NONE|CREDITORS
801|Unpaid Expense Claims|CURRLIAB|NONE|UNPAIDEXPCLM
805|Accruals|CURRLIAB|NONE|
811|Credit Card Control|CURRLIAB|NONE|
814|Wages Payable|CURRLIAB|NONE|WAGEPAYABLES
820|VAT|CURRLIAB|NONE|GST
825|PAYE Payable|CURRLIAB|NONE|
826|NIC Payable|CURRLIAB|NONE|
835|Directors' Loan Account|CURRLIAB|NONE|
840|Historical Adjustment|CURRLIAB|NONE|HISTORICAL
860|Rounding|CURRLIAB|NONE|ROUNDING
877|Tracking Transfers|CURRLIAB|NONE|TRACKINGTRANSFERS
900|Bank Loan|TERMLIAB|NONE|
960|Retained Earnings|EQUITY|NONE|RETAINEDEARNINGS
"""

# Xero's words for where a line stands in the reports; an account without one has its class's.
_REPORTING = {
    "420": "EXP.ADM.ENT",
    "424": "EXP.ADM.ENT",
    "493": "EXP.ADM.TRA",
    "494": "EXP.ADM.TRA",
    "495": "EXP.ADM.TRA",
    "620": "ASS.CUR.REC.PRE",
    "805": "LIA.CUR.ACC",
    "820": "LIA.CUR.TAX.VAT",
    "825": "LIA.CUR.TAX.OTH",
    "826": "LIA.CUR.TAX.OTH",
}

# What a small business needs; the rest of the chart is for those that grew into it.
_SMALL = """
200 260 270 310 320 400 401 404 408 429 433 437 441 445 449 461 463 465 469 473 477 480 485
489 493 494 497 498 499 610 620 710 711 720 721 800 801 814 820 825 840 860 877 960
"""

# tax type | name | rate | report type | for costs | for income
_UK_RATES = """
INPUT2|20% (VAT on Expenses)|20|INPUT|y|n
OUTPUT2|20% (VAT on Income)|20|OUTPUT|n|y
RRINPUT|5% (VAT on Expenses)|5|INPUT|y|n
RROUTPUT|5% (VAT on Income)|5|OUTPUT|n|y
ZERORATEDINPUT|Zero Rated Expenses|0|ZERORATEDINPUT|y|n
ZERORATEDOUTPUT|Zero Rated Income|0|ZERORATEDOUTPUT|n|y
EXEMPTINPUT|Exempt Expenses|0|EXEMPTINPUT|y|n
EXEMPTOUTPUT|Exempt Income|0|EXEMPTOUTPUT|n|y
NONE|No VAT|0|NONE|y|y
"""
_US_RATES = """
INPUT|Tax on Purchases|0|INPUT|y|n
OUTPUT|California Sales Tax|9.5|USSALESTAX|n|y
NONE|Tax Exempt|0|NONE|y|y
"""


def chart(*, small: bool, british: bool = True) -> list[Fields]:
    """The accounts without the bank accounts, in the order of their codes."""
    rows = [line.split("|") for line in _CHART.strip().splitlines()]
    needed = _SMALL.split()
    return [
        {
            "Code": code,
            "Name": name if british else name.replace("VAT", "Sales Tax"),
            "Type": kind,
            "TaxType": tax if british else "NONE",
            "Class": CLASSES[kind],
            "SystemAccount": system,
            "ReportingCode": _REPORTING.get(code, CLASSES[kind][:3]),
            "EnablePaymentsToAccount": code in {"835", "960"},
            "ShowInExpenseClaims": kind in {"OVERHEADS", "DIRECTCOSTS"},
        }
        for code, name, kind, tax, system in rows
        if code in needed or not small
    ]


def bank(code: str, name: str, number: str, *, currency: str, card: bool = False) -> Fields:
    return {
        "Code": code,
        "Name": name,
        "Type": "BANK",
        "TaxType": "NONE",
        "Class": "ASSET",
        "BankAccountNumber": number,
        "BankAccountType": "CREDITCARD" if card else "BANK",
        "CurrencyCode": currency,
    }


def tax_rates(*, british: bool = True) -> list[Fields]:
    text = _UK_RATES if british else _US_RATES
    tax = "VAT" if british else "Sales tax"
    return [_tax_rate(line.split("|"), tax) for line in text.strip().splitlines()]


def _tax_rate(line: list[str], tax: str) -> Fields:
    tax_type, name, rate, report, costs, income = line
    component = {
        "Name": tax,
        "Rate": float(rate),
        "IsCompound": False,
        "IsNonRecoverable": False,
    }
    return {
        "TaxType": tax_type,
        "Name": name,
        "ReportTaxType": report,
        "CanApplyToAssets": costs == "y",
        "CanApplyToEquity": costs == "y",
        "CanApplyToExpenses": costs == "y",
        "CanApplyToLiabilities": True,
        "CanApplyToRevenue": income == "y",
        "DisplayTaxRate": float(rate),
        "EffectiveRate": float(rate),
        "TaxComponents": [component],
    }
