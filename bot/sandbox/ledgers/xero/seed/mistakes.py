"""What is wrong on purpose in Ivy Property Lettings; apart from that its books are in order.

Larkspur Flowers has books of the same kind without a mistake. `planting` writes what stands here.
"""

from bot.sandbox.ledgers.mistakes import by_key

CLEAN = "Larkspur Flowers"
PLANTED_IN = "Ivy Property Lettings"

_TABLE = """
duplicate_contacts_strict   | C3 | Contacts | Penhallow Glazing; Penhalow Glazing
duplicate_contacts_close    | C3 | Contacts | Trevithick Roofing Ltd; Trevithicks Roofing Limited
duplicate_contacts_similar  | C3 | Contacts | Bay 6 Storage; Bay 5 Storage
same_tax_number             | C3 | Contacts | Polgrean Drains; Kernow Sewer Clearance
contact_without_default     | C6 | Contacts | Lanyon Boiler Care
multi_coded_account         | C5 | Contacts | Carne Hardware
multi_coded_tax             | C5 | Contacts | Nancarrow Taxis; Polmear Electrical
dormant_account             | C7 | Accounts | Recruitment; Staff Training
archived_account_in_use     | archived | Accounts | Cleaning
duplicate_bill              | C4 | Invoices | RP-2204; RP-2204
paid_at_bank_besides_bill   | C4 | BankTransactions | Tamblyn, keys cut
old_unpaid_bill             | aged | Invoices | PS-90
old_unpaid_invoice          | aged | Invoices | LOW-1
entered_in_locked_period    | A1 | Invoices | TJ-15
missing_purchase_tax        | missing-tax | Invoices | PE-310
tax_on_balance_sheet        | T1 | Invoices | DEP-7
sales_tax_outside_revenue   | T1 | BankTransactions | Goodwill from insurer
entertainment_tax_reclaimed | T1 T4 | Invoices | FEAST-3
tax_on_travel               | T1 | Invoices | NT-3
unreconciled_payment        | C1 | BankTransactions | Cheque 001203
unreconciled_receipt        | C1 | BankTransactions | Counter credit
journal_to_control_account  | journal-control | ManualJournals | Adjust VAT to return
payroll_tax_not_reconciled  | C9 | ManualJournals | Bonus, tax only
suspense                    | suspense | BankTransactions | Unknown card payment
overpayment                 | overpayments | Overpayments | Rent paid twice
old_prepayment              | overpayments | Prepayments | Deposit for the boiler
unused_supplier_credit      | overpayments | CreditNotes | CR-55
old_draft_invoice           | drafts | Invoices | DRAFT-1
old_submitted_bill          | drafts | Invoices | SUB-8
income_beside_open_invoice  | direct-income | BankTransactions | Gwennap, lunches
low_cost_asset              | low-cost-asset | Invoices | LCA-1
large_repair                | large-repair | Invoices | REP-900
unmapped_asset_account      | C8 | Accounts | Computer Equipment
asset_not_in_ledger         | C8 | Assets | Ladder set
draft_asset                 | C8 | Assets | Tablet
depreciation_not_run        | C8 | AssetSettings | lastDepreciationDate
overdrawn_bank              | balances | Accounts | Client Money Account
overdrawn_directors_loan    | C9 | Accounts | Directors' Loan Account
unusual_cost                | cost-anomaly | Invoices | POWER-X
stale_lock_date             | A2 | Organisation | Ivy Property Lettings
"""

MISTAKES = by_key(PLANTED_IN, _TABLE)
