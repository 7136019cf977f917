"""The kinds of experiment that the report knows, a record each."""
