"""Runs template.yaml on one machine: a local AWS, a stand-in for Meta, no second wiring."""
