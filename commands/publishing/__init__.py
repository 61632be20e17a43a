"""Items on their way into a ledger: how they are coded, whether they can go, and sending them."""
