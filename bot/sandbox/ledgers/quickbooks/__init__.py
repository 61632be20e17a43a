"""The stand-in QuickBooks Online."""
