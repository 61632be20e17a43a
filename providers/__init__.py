"""Accounting software behind one interface and one vocabulary."""
