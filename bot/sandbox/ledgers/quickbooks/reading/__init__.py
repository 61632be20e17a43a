"""What a reader of QuickBooks' API gets."""
