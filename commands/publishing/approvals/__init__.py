"""Consent before anything is published."""
