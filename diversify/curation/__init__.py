"""Which rows: pure algorithms that know no files and no flags."""
