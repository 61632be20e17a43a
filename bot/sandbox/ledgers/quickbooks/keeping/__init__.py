"""How QuickBooks keeps books: what a document comes to, and what settles it."""
