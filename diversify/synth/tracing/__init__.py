"""Random Markov algorithms and their runs, many at a time."""
