"""Code benchmarks scored by the rules of EvalPlus."""
