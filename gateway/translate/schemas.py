"""The fields of the canonical documents as lint sees them; imports the document models only when asked."""

from __future__ import annotations

from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

Fields = Mapping[str, Any]


def document_fields(document_type: str) -> Fields | None:
    """Of a document type each field's name with the fields inside it (None: a plain value, or anything goes); None where there is no such type.

    The empty type gives the names of all types.
    """
    from gateway.documents.models import DOCUMENTS

    if not document_type:
        return dict.fromkeys(DOCUMENTS)
    model = DOCUMENTS.get(document_type)
    return None if model is None else _Fields(model)


class _Fields(Mapping[str, Any]):
    """The fields of one model, worked out as they are looked at: models may hold themselves."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def __getitem__(self, name: str) -> Any:
        return _inside(self._model.model_fields[name].annotation)

    def __iter__(self) -> Any:
        return iter(self._model.model_fields)

    def __len__(self) -> int:
        return len(self._model.model_fields)


def _inside(annotation: Any) -> Fields | None:
    """The fields of the model in an annotation such as `tuple[Party, ...] | None`."""
    if get_origin(annotation) in (Union, UnionType, tuple, list, Annotated):
        for argument in get_args(annotation):
            found = _inside(argument)
            if found is not None:
                return found
        return None
    return _Fields(annotation) if hasattr(annotation, "model_fields") else None
