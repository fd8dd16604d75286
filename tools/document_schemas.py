"""Writes the published JSON Schemas of the canonical documents: `python tools/document_schemas.py`.

`python tools/document_schemas.py publish` also notes them as what readers rely on (schemas/published.json): at a release, or with a
new major version. A test holds the models of today against it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gateway.documents.compatibility import broken, shape  # noqa: E402 - the clone's own package, installed or not
from gateway.documents.models import DOCUMENTS  # noqa: E402
from gateway.documents.schema import text  # noqa: E402

FOLDER = ROOT / "gateway" / "documents" / "schemas"
PUBLISHED = FOLDER / "published.json"


def main() -> None:
    """Writes every schema; `publish` refuses what breaks a promise of the same major version."""
    for document_type in DOCUMENTS:
        (FOLDER / f"{document_type}.schema.json").write_text(text(document_type), encoding="utf-8")
    if sys.argv[1:] == ["publish"]:
        if PUBLISHED.exists() and (troubles := broken(json.loads(PUBLISHED.read_text(encoding="utf-8")), shape())):
            sys.exit("\n".join([*troubles, "raise the major version (SCHEMA_VERSION), or keep the fields"]))
        PUBLISHED.write_text(json.dumps(shape(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
