"""Fixed-width files: records of columns at fixed places, as the trees that mappings read."""
