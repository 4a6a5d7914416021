"""Proofs that take longer than a test may: `make prove SUITE=… N=… SEED=…`.

The tests run the same laws on fewer cases.
"""
