"""What a set of rows is like: one small function for each measure, its source in the docstring."""
