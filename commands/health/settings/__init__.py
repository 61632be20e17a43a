"""How health is looked at, for a client or a practice: period, options of checks, weights."""
