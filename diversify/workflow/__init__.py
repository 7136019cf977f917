"""What the rules ask of the package: grids, flags and code marks."""
