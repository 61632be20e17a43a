"""The health card of a client and what its buttons open: why, history, pictures, another look."""
