"""Delimited files: rows, by a declared dialect, as the trees that mappings read."""
