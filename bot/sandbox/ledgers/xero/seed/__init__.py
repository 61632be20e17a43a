"""The organisations the stand-in Xero begins with."""
