"""Are a client's books right, what is wrong, what is at stake, and who mends it."""
