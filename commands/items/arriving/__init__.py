"""How items come: dropped, typed in, fetched, read and told."""
