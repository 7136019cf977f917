"""With a fixed number of training rows, which rows? Curate, mix, train and evaluate instruction data."""

__version__ = "0.1.0"
