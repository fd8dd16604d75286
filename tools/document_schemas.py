"""Writes the published JSON Schemas of the canonical documents: `python tools/document_schemas.py`."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gateway.documents.models import DOCUMENTS  # noqa: E402 - the clone's own package, installed or not
from gateway.documents.schema import text  # noqa: E402

FOLDER = ROOT / "gateway" / "documents" / "schemas"


def main() -> None:
    """Writes every schema."""
    for document_type in DOCUMENTS:
        (FOLDER / f"{document_type}.schema.json").write_text(text(document_type), encoding="utf-8")


if __name__ == "__main__":
    main()
