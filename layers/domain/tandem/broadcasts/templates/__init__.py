"""Templates: what Meta says of them, and how one is filled in for a person."""
