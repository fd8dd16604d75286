"""What a body says it is, held against the formats that are agreed with the caller."""

from __future__ import annotations

from fastapi import Request

from gateway.profiles.catalog import Catalog
from gateway.web.keys import Caller
from gateway.web.problems import Problem

FORMATS: dict[str, tuple[str, ...]] = {
    "application/edi-x12": ("x12",),
    "application/edifact": ("edifact",),
    "text/csv": ("delimited",),
    "text/tab-separated-values": ("delimited",),
    "application/xml": ("xml",),
    "text/xml": ("xml",),
    "application/json": ("json",),
    "text/plain": ("x12", "edifact", "delimited", "fixed"),
    "application/octet-stream": (),
}
"""The formats that a type of content may be; none where the bytes say it alone."""
ANY = "application/octet-stream"


def media_type(request: Request) -> str:
    """The type of content without its parameters; what is not said is unknown bytes."""
    return request.headers.get("content-type", ANY).partition(";")[0].strip().lower() or ANY


def agreed(request: Request, catalog: Catalog, caller: Caller) -> str:
    """The type of content, if something of that kind is agreed. Raises Problem."""
    media = media_type(request)
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise Problem("content-type-unknown", said=f"content-encoding {coding}", known="none: send it as it is")
    carried = caller.channel.carries if caller.channel is not None else ()
    known = {
        a.row.format for name in carried if name in catalog.partners for a in catalog.partners[name].agreements if a.direction == "receive"
    }
    fitting = [name for name, formats in FORMATS.items() if not formats or known.intersection(formats)]
    if media not in fitting:
        raise Problem("content-type-unknown", said=media, known=", ".join(fitting))
    return media
