"""Broadcasts: audience, plan, pace, send, outcome."""
