"""What a reader of Xero's API gets."""
