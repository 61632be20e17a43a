"""What was handed in twice."""
