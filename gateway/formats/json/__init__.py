"""JSON files: read along the dotted paths of a mapping into its trees, and trees written as JSON; canonical documents as they are."""
