"""What the bot can be told to do, and the rules behind it."""
