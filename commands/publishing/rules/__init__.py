"""What is said once for many items: rules and payment methods."""
