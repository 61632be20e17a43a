"""What people correct: values, lines, splits."""
