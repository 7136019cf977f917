"""Programs that a model writes for the problems of code benchmarks; none is ever run here."""
