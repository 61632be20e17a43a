"""Running the checks over one client: what is needed, what they say, what is kept and announced."""
