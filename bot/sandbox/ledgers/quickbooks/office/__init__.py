"""The accountant's hand in the stand-in QuickBooks, which has no such door in reality."""
