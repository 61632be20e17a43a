"""What checks may ask of the synced books: accounts, balances, what is owed, used and traded."""
