"""Six months of a small shop's conversations, invented from a seed."""
