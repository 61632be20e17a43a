"""What clients hand in: how it comes, what is read off it, and what people do about it."""
