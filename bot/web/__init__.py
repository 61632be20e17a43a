"""Pages and endpoints over HTTP."""
