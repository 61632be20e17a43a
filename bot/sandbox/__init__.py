"""A place to try the bot with nobody's real data: a stand-in Slack and stand-in ledgers."""
