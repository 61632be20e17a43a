"""Work that is due, rung for and done on this process."""
