"""Stand-in Xero and stand-in QuickBooks Online: consent pages, tokens, limits and books."""
