"""All clients of a practice beside each other, and what is said of them on Mondays."""
