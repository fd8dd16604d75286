"""The connector that a destination of us.yaml declares."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gateway.connectors.folder import FolderConnector
from gateway.ports import Connector
from gateway.profiles.destination import Destination


def connector(name: str, it: Destination, project: Path, secrets: Callable[[str], str]) -> Connector:
    """Make it; nothing is opened or asked before it is used. An HTTP client or a driver is loaded only for who needs one."""
    production = it.status == "production"
    if it.rest is not None:
        from gateway.connectors.rest import RestConnector

        return RestConnector(name, it.rest, secrets, production=production, project=project)
    if it.database is not None:
        from gateway.connectors.database import DatabaseConnector

        tables = it.database
        where = tables.url

        def url() -> str:
            return secrets(where) if where is not None else f"sqlite:///{project / str(tables.file)}"

        return DatabaseConnector(name, url, production=production, schema=tables.db_schema, prefix=tables.prefix, create=tables.create)
    assert it.folder is not None
    return FolderConnector(name, project / it.folder.path, production=production, file_name=it.folder.name)
