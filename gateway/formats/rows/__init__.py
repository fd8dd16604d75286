"""Rows of any syntax (delimited, fixed-width, spreadsheets): put together to documents, as the trees that mappings read."""
