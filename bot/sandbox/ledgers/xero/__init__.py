"""The stand-in Xero."""
