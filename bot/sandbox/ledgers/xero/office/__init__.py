"""The accountant's hand in the stand-in Xero, which has no such door in reality."""
