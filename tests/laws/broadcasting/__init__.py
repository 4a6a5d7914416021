"""One broadcast with everything that can happen to one, and the laws that it keeps."""
