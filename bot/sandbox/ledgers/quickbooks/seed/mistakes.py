"""What is wrong on purpose in Bright Bakery, in a year that is nobody's idea of order besides.

Dunmore Joinery has books in order, without a mistake. `planting` writes what stands here.
"""

from bot.sandbox.ledgers.mistakes import by_key

CLEAN = "Dunmore Joinery"
PLANTED_IN = "Bright Bakery"

_TABLE = """
duplicate_contacts_strict  | C3 | Vendor | Ambleside Millers; Amblesides Millers
duplicate_contacts_close   | C3 | Vendor | Hawkshead Creamery Ltd; Hawksheads Creamery Limited
duplicate_customers        | C3 | Customer | Coniston Boathouse; Conistone Boathouse
alike_across_types         | none | Vendor | Ulverston Poultry
multi_coded_account        | C5 | Vendor | Sedbergh Sundries
multi_coded_tax            | C5 | Vendor | Kirkby Vans; Crook Electrical
dormant_account            | C7 | Account | Training; Business rates
duplicate_bill             | C4 | Bill | DUP-41; DUP-41
paid_at_bank_besides_bill  | C4 | Purchase | EXP-TWICE
old_unpaid_bill            | aged | Bill | OLD-B1
old_unpaid_invoice         | aged | Invoice | OLD-I1
entered_in_closed_period   | A1 | Bill | CLOSED-1
missing_purchase_tax       | missing-tax | Bill | NOTAX-1
tax_on_balance_sheet       | T1 | Bill | BAL-1
journal_to_bank            | journal-control | JournalEntry | J-BANK
journal_to_debtors         | journal-control | JournalEntry | J-DEBTORS
suspense                   | suspense | Purchase | EXP-UNKNOWN
opening_balance_posting    | suspense | JournalEntry | J-OPENING
overpayment                | overpayments | Payment | R-OVER
undeposited_payment        | C2 | Payment | R-DRAWER
unused_supplier_credit     | overpayments | VendorCredit | VC-OLD
unused_customer_credit     | overpayments | CreditMemo | CM-OLD
income_beside_open_invoice | direct-income | SalesReceipt | SR-BESIDE
low_cost_asset             | low-cost-asset | Bill | LCA-1
large_repair               | large-repair | Bill | REP-900
unusual_cost               | cost-anomaly | Bill | POWER-X
overdrawn_bank             | balances | Account | Petty cash
archived_account_in_use    | archived | Account | Petty cash
stale_lock_date            | A2 | Preferences | 1
"""

MISTAKES = by_key(PLANTED_IN, _TABLE)
