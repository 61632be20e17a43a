"""The arithmetic of the health score: points, what would gain most, and the score over time."""
