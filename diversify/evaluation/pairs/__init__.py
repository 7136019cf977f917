"""Arms compared over the same test items: intervals, tests and verdicts."""
