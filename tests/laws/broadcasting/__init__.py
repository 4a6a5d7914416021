"""One broadcast with everything that can happen to one, and the laws it keeps whatever is done to it."""
