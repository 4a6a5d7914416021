"""What the figures say: cost split, advice."""
