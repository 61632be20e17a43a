"""Keeping the local copy of each client's books in step with the ledger."""
