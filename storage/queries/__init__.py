"""Every SELECT and bulk write, one file an aggregate, as functions of a session."""
