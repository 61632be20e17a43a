"""Accounts and taxes as British and American QuickBooks companies have them."""

from bot.sandbox.ledgers.rows import Fields

# number | name | type | sub-type
_CHART = """
1000|Cash at bank|Bank|Checking
1050|Savings|Bank|Savings
1060|Petty cash|Bank|CashOnHand
1100|Debtors|Accounts Receivable|AccountsReceivable
1200|Stock|Other Current Asset|Inventory
1210|Prepayments|Other Current Asset|PrepaidExpenses
1250|Undeposited Funds|Other Current Asset|UndepositedFunds
1500|Ovens and equipment|Fixed Asset|MachineryAndEquipment
1510|Vehicles|Fixed Asset|Vehicles
1590|Accumulated depreciation|Fixed Asset|AccumulatedDepreciation
2000|Creditors|Accounts Payable|AccountsPayable
2050|Company card|Credit Card|CreditCard
2200|VAT Control|Other Current Liability|GlobalTaxPayable
2210|VAT Suspense|Other Current Liability|GlobalTaxSuspense
2300|PAYE and NIC|Other Current Liability|PayrollTaxPayable
2400|Accruals|Other Current Liability|OtherCurrentLiabilities
2700|Bank loan|Long Term Liability|NotesPayable
3000|Share capital|Equity|ShareCapital
3100|Retained Earnings|Equity|RetainedEarnings
3200|Opening Balance Equity|Equity|OpeningBalanceEquity
4000|Sales|Income|SalesOfProductIncome
4010|Wholesale|Income|SalesOfProductIncome
4100|Services|Income|ServiceFeeIncome
4900|Discounts given|Income|DiscountsRefundsGiven
5000|Purchases|Cost of Goods Sold|SuppliesMaterialsCogs
5010|Ingredients|Cost of Goods Sold|SuppliesMaterialsCogs
5020|Packaging|Cost of Goods Sold|SuppliesMaterialsCogs
5100|Direct labour|Cost of Goods Sold|CostOfLaborCos
6000|Advertising and marketing|Expense|AdvertisingPromotional
6050|Accountancy|Expense|LegalProfessionalFees
6060|Legal and professional|Expense|LegalProfessionalFees
6100|Bank charges|Expense|BankCharges
6150|Cleaning|Expense|OtherMiscellaneousServiceCost
6200|Computer and software|Expense|OfficeGeneralAdministrativeExpenses
6250|Delivery and couriers|Expense|ShippingFreightDelivery
6300|Entertaining|Expense|Entertainment
6350|Insurance|Expense|Insurance
6400|Light and heat|Expense|Utilities
6450|Motor running costs|Expense|Auto
6500|Printing and stationery|Expense|OfficeGeneralAdministrativeExpenses
6550|Rent|Expense|RentOrLeaseOfBuildings
6560|Business rates|Expense|RentOrLeaseOfBuildings
6600|Repairs and maintenance|Expense|RepairMaintenance
6650|Subscriptions|Expense|DuesSubscriptions
6700|Telephone and internet|Expense|Utilities
6750|Training|Expense|OtherBusinessExpenses
6800|Travel|Expense|Travel
6850|Subsistence|Expense|TravelMeals
7000|Wages and salaries|Expense|PayrollExpenses
7010|Employer's NIC|Expense|PayrollExpenses
7020|Pensions|Expense|PayrollExpenses
7900|Depreciation|Other Expense|Depreciation
8000|Interest received|Other Income|InterestEarned
8500|Exchange differences|Other Expense|ExchangeGainOrLoss
"""

CLASSIFICATIONS = {
    "Bank": "Asset",
    "Accounts Receivable": "Asset",
    "Other Current Asset": "Asset",
    "Fixed Asset": "Asset",
    "Accounts Payable": "Liability",
    "Credit Card": "Liability",
    "Other Current Liability": "Liability",
    "Long Term Liability": "Liability",
    "Equity": "Equity",
    "Income": "Revenue",
    "Other Income": "Revenue",
    "Cost of Goods Sold": "Expense",
    "Expense": "Expense",
    "Other Expense": "Expense",
}
BANKING = frozenset({"Bank", "Credit Card"})

# code | words | sales rate | purchase rate
UK_TAXES = (
    ("20.0% S", "Standard rate", 20, 20),
    ("5.0% R", "Reduced rate", 5, 5),
    ("0.0% Z", "Zero rated", 0, 0),
    ("Exempt", "Exempt", 0, 0),
    ("No VAT", "Outside the scope of VAT", None, None),
    ("20.0% RC CIS", "Reverse charge, construction", None, 20),
)


def chart(*, currency: str, british: bool) -> list[Fields]:
    rows = [line.split("|") for line in _CHART.strip().splitlines()]
    return [
        {
            "Name": name if british else name.replace("VAT", "Sales tax"),
            "FullyQualifiedName": name if british else name.replace("VAT", "Sales tax"),
            "AcctNum": number,
            "AccountType": kind,
            "AccountSubType": sub_kind,
            "Classification": CLASSIFICATIONS[kind],
            "SubAccount": False,
            "CurrentBalance": 0,
            "CurrentBalanceWithSubAccounts": 0,
            "CurrencyRef": {"value": currency},
        }
        for number, name, kind, sub_kind in rows
        if british or sub_kind != "GlobalTaxSuspense"
    ]
