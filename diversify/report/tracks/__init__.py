"""Arms of real data: the papers' tables with ours beside them, and verdicts in words."""
