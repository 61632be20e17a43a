"""Expense claims: what a person paid in a period, sent as one document."""
