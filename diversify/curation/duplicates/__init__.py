"""Which rows are the same, or nearly, and which of them stays."""
