"""The findings of one check: looking through them, and deciding about one or many."""
