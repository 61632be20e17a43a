"""What is wrong on purpose in Ivy Property Lettings; apart from that its books are in order.

Larkspur Flowers has books of the same kind without a mistake. `planting` writes what stands here.
"""

from bot.sandbox.ledgers.mistakes import by_key

CLEAN = "Larkspur Flowers"
PLANTED_IN = "Ivy Property Lettings"

_TABLE = """
duplicate_contacts_strict   | duplicate-contacts       | Contacts | \
    Penhallow Glazing; Penhalow Glazing
duplicate_contacts_close    | duplicate-contacts       | Contacts | \
    Trevithick Roofing Ltd; Trevithicks Roofing Limited
duplicate_contacts_similar  | duplicate-contacts       | Contacts | Bay 6 Storage; Bay 5 Storage
same_tax_number             | duplicate-contacts       | Contacts | \
    Polgrean Drains; Kernow Sewer Clearance
contact_without_default     | contact-defaults         | Contacts | Lanyon Boiler Care
multi_coded_account         | multi-coded-contacts     | Contacts | Carne Hardware
multi_coded_tax             | multi-coded-contacts     | Contacts | \
    Nancarrow Taxis; Polmear Electrical
dormant_account             | dormant-accounts         | Accounts | Recruitment; Staff Training
archived_account_in_use     | archived-accounts        | Accounts | Cleaning
duplicate_bill              | duplicate-transactions   | Invoices | RP-2204; RP-2204
paid_at_bank_besides_bill   | duplicate-transactions   | BankTransactions | Tamblyn, keys cut
old_unpaid_bill             | aged-payables            | Invoices | PS-90
old_unpaid_invoice          | aged-receivables         | Invoices | LOW-1
entered_in_locked_period    | historical-changes       | Invoices | TJ-15
missing_purchase_tax        | missing-purchase-tax     | Invoices | PE-310
tax_on_balance_sheet        | tax-review               | Invoices | DEP-7
sales_tax_outside_revenue   | tax-review               | BankTransactions | Goodwill from insurer
entertainment_tax_reclaimed | tax-review entertainment | Invoices | FEAST-3
tax_on_travel               | tax-review               | Invoices | NT-3
unreconciled_payment        | bank-reconciliation      | BankTransactions | Cheque 001203
unreconciled_receipt        | bank-reconciliation      | BankTransactions | Counter credit
journal_to_control_account  | control-journals         | ManualJournals | Adjust VAT to return
payroll_tax_not_reconciled  | paye                     | ManualJournals | Bonus, tax only
suspense                    | suspense-postings        | BankTransactions | Unknown card payment
overpayment                 | overpayments             | Overpayments | Rent paid twice
old_prepayment              | overpayments             | Prepayments | Deposit for the boiler
unused_supplier_credit      | overpayments             | CreditNotes | CR-55
old_draft_invoice           | draft-invoices           | Invoices | DRAFT-1
old_submitted_bill          | draft-invoices           | Invoices | SUB-8
income_beside_open_invoice  | direct-income            | BankTransactions | Gwennap, lunches
low_cost_asset              | low-cost-assets          | Invoices | LCA-1
large_repair                | low-cost-assets          | Invoices | REP-900
unmapped_asset_account      | fixed-assets             | Accounts | Computer Equipment
asset_not_in_ledger         | fixed-assets             | Assets | Ladder set
draft_asset                 | fixed-assets             | Assets | Tablet
depreciation_not_run        | fixed-assets             | AssetSettings | lastDepreciationDate
overdrawn_bank              | unusual-balances         | Accounts | Client Money Account
overdrawn_directors_loan    | directors-loan           | Accounts | Directors' Loan Account
unusual_cost                | regular-suppliers        | Invoices | POWER-X
stale_lock_date             | lock-dates               | Organisation | Ivy Property Lettings
"""

MISTAKES = by_key(PLANTED_IN, _TABLE)
