"""Linking clients to their ledgers, and what becomes of the link."""
