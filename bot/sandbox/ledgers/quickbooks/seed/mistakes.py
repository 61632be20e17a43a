"""What is wrong on purpose in Bright Bakery, in a year that is nobody's idea of order besides.

Dunmore Joinery has books in order, without a mistake. `planting` writes what stands here.
"""

from bot.sandbox.ledgers.mistakes import by_key

CLEAN = "Dunmore Joinery"
PLANTED_IN = "Bright Bakery"

_TABLE = """
duplicate_contacts_strict  | duplicate-contacts        | Vendor | \
    Ambleside Millers; Amblesides Millers
duplicate_contacts_close   | duplicate-contacts        | Vendor | \
    Hawkshead Creamery Ltd; Hawksheads Creamery Limited
duplicate_customers        | duplicate-contacts        | Customer | \
    Coniston Boathouse; Conistone Boathouse
alike_across_types         | none                      | Vendor | Ulverston Poultry
multi_coded_account        | multi-coded-contacts      | Vendor | Sedbergh Sundries
multi_coded_tax            | multi-coded-contacts      | Vendor | Kirkby Vans; Crook Electrical
dormant_account            | dormant-accounts          | Account | Training; Business rates
duplicate_bill             | duplicate-transactions    | Bill | DUP-41; DUP-41
paid_at_bank_besides_bill  | duplicate-transactions    | Purchase | EXP-TWICE
old_unpaid_bill            | aged-payables             | Bill | OLD-B1
old_unpaid_invoice         | aged-receivables          | Invoice | OLD-I1
entered_in_closed_period   | historical-changes        | Bill | CLOSED-1
missing_purchase_tax       | missing-purchase-tax      | Bill | NOTAX-1
tax_on_balance_sheet       | tax-review                | Bill | BAL-1
journal_to_bank            | control-journals          | JournalEntry | J-BANK
journal_to_debtors         | control-journals          | JournalEntry | J-DEBTORS
suspense                   | suspense-postings         | Purchase | EXP-UNKNOWN
opening_balance_posting    | suspense-postings         | JournalEntry | J-OPENING
overpayment                | overpayments              | Payment | R-OVER
undeposited_payment        | unreconciled-transactions | Payment | R-DRAWER
unreconciled_expense       | unreconciled-transactions | Purchase | EXP-OPEN
unreconciled_card          | unreconciled-transactions | Purchase | EXP-CARD
unused_supplier_credit     | overpayments              | VendorCredit | VC-OLD
unused_customer_credit     | overpayments              | CreditMemo | CM-OLD
income_beside_open_invoice | direct-income             | SalesReceipt | SR-BESIDE
low_cost_asset             | low-cost-assets           | Bill | LCA-1
large_repair               | low-cost-assets           | Bill | REP-900
unusual_cost               | regular-suppliers         | Bill | POWER-X
overdrawn_bank             | unusual-balances          | Account | Petty cash
archived_account_in_use    | archived-accounts         | Account | Petty cash
"""

MISTAKES = by_key(PLANTED_IN, _TABLE)
