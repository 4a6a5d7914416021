"""Sending: slices, attempts, the pace, what came of them, and holding it."""
