"""Whether an item can go: everything around it, and every reason why not."""
