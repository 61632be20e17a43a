"""The Settings page of a bookkeeping connection and its forms."""
