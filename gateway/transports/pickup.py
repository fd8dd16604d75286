"""The terms of a drop folder as a profile says them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gateway.transports.folder import Pickup

_PICKUP = {
    "pattern": "pattern",
    "then": "then",
    "archive": "archive",
    "quiet": "settle",
    "partial_after": "incomplete_after",
    "marker": "marker",
    "largest": "largest",
    "hard_links": "hard_links",
    "every": "every",
}
"""Terms of the folder by the keys of a profile."""
FOLDER_BATCH = 1000
"""Files of one folder before other inboxes have their turn."""


def pickup(settings: Mapping[str, Any]) -> Pickup:
    """The terms of a drop folder as a profile says them."""
    said: dict[str, Any] = {name: settings[key] for name, key in _PICKUP.items() if key in settings}
    for name in ("quiet", "partial_after"):
        if name in said:
            said[name] = said[name].total_seconds()
    return replace(Pickup(batch=FOLDER_BATCH), **said)
