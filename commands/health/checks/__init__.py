"""One file for each check or insight; commands.health.found finds them."""
