"""The companies the stand-in QuickBooks begins with."""
