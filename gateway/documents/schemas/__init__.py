"""The published JSON Schemas of the canonical documents, as files; `python tools/document_schemas.py` writes them anew."""
