"""What the figures show, in sentences worked out from their numbers, a file for each experiment."""
