"""Charts of accounts, tax rates, contacts and their like: importing and showing them."""
