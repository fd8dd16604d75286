"""XML files: read along the XPaths of a mapping into its trees, and trees written as XML."""
