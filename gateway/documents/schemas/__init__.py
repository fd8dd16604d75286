"""The published JSON Schemas of the canonical documents, as files; `python -m gateway.documents.schemas` writes them anew."""
