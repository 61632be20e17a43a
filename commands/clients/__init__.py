"""The businesses whose books are kept, and the people who may work on them."""
