"""Which rows of a group come first: one module for each strategy."""
