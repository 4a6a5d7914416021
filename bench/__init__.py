"""Benchmarks: each measures its own floor in the same run, and judges only the ratio."""
