"""Rebuilding a line from the raw archive, and comparing it with the table."""
