"""What messages cost, where people are, how long it takes: arithmetic on proven facts."""
