"""Walks through the deployed template, from one end to the other."""
