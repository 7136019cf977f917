"""Benchmarks as test items: published files, archives, the Hub."""
