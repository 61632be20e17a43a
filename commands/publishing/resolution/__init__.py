"""How an item is coded: which source speaks for which field."""
