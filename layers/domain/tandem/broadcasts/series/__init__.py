"""Series: what recurs becomes broadcasts."""
