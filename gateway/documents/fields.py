"""What every canonical document is made of: exact numbers, dates, times, and fields that name their place in the standards.

A mapping hands over exactly these types, so holding a document against its model changes nothing in it. In JSON decimals
are strings with the digits as sent, dates and times are ISO 8601, and what is not known is left out.
"""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

DECIMAL_PATTERN = r"^-?[0-9]+(\.[0-9]+)?$"

Number = Annotated[Decimal, WithJsonSchema({"type": "string", "pattern": DECIMAL_PATTERN})]
"""An exact decimal; in JSON a string that never has an exponent."""

Day = Annotated[date, WithJsonSchema({"type": "string", "format": "date"})]
"""A calendar date; in JSON 2026-03-31."""

TimeOfDay = Annotated[time, WithJsonSchema({"type": "string", "pattern": r"^[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?$"})]
"""A time of day; in JSON 14:30:00."""


class Part(BaseModel):
    """Anything inside a document: frozen, and a field that it does not know is a mistake, not a silent loss."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    as_received: dict[str, str] | None = Field(
        default=None,
        description=(
            "Codes as they were sent, by field, where writing the canonical value back would not give them. "
            "X12 any ID; EDIFACT any code; UBL none."
        ),
    )


def required(says: str, x12: str, edifact: str, ubl: str) -> Any:
    """A field that must be there; `says` what it means, the others where the standards carry it."""
    return Field(description=_description(says, x12, edifact, ubl))


def optional(says: str, x12: str, edifact: str, ubl: str) -> Any:
    """A field that is left out where it is not known."""
    return Field(default=None, description=_description(says, x12, edifact, ubl))


def several(says: str, x12: str, edifact: str, ubl: str) -> Any:
    """A list, left out where it is empty."""
    return Field(default=(), description=_description(says, x12, edifact, ubl))


def extended() -> Any:
    """The field of what a document, or a line of it, has from one partner only."""
    return optional("What only one partner has, by names that its mapping gives", "any", "any", "UBLExtensions")


def _description(says: str, x12: str, edifact: str, ubl: str) -> str:
    return f"{says}. X12 {x12}; EDIFACT {edifact}; UBL {ubl}."
