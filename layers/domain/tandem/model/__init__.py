"""The words of Tandem as values: frozen, typed, knowing nobody else."""
