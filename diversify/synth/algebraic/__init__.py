"""Expressions, equational rules over them, and how examples of a rule are made."""
