"""Corpora made on the spot, with every answer and rule known."""
