"""The parts of string rewriting: rules, how many examples each has, inputs, and tables."""
