"""Rows of a file in any format: text, JSON, cells, Parquet."""
