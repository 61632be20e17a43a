"""Mending in the ledger what a check found: confirmed first, taken back where the vendor allows."""
