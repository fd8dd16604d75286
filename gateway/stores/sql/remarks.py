"""The Remarks port: what stands in inboxes and is not taken, told once each, also over restarts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select

from gateway.edi.finding import Finding
from gateway.ports import Clock
from gateway.stores.sql import tables
from gateway.stores.sql.audit import record
from gateway.stores.sql.database import Database

remark = tables.inbox_remark


class SqlRemarks:
    """Remarks as rows; one that is new is an event too."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def note(self, channel: str, findings: Iterable[Finding]) -> list[Finding]:
        """This is what the last look saw: what is new is recorded and given back, what is no longer there is forgotten."""
        seen = {(finding.code, _name(finding)): finding for finding in findings}
        question = select(remark.c.code, remark.c.name).where(remark.c.channel == channel)

        def known(connection: Connection) -> set[tuple[str, str]]:
            return {(code, name) for code, name in connection.execute(question).all()}

        if self._database.read(known) == set(seen):
            return []
        now = self._clock.now()

        def transaction(connection: Connection) -> list[Finding]:
            before = known(connection)
            for code, name in before - set(seen):
                connection.execute(delete(remark).where(remark.c.channel == channel, remark.c.code == code, remark.c.name == name))
            new = [(key, finding) for key, finding in seen.items() if key not in before]
            for (code, name), finding in new:
                said = {"message": finding.message, "remedy": finding.remedy, "severity": finding.severity}
                connection.execute(insert(remark).values(channel=channel, code=code, name=name, since=now, **said))
                record(connection, now, "receive", code, channel=channel, name=name, severity=finding.severity)
            return [finding for _, finding in new]

        return self._database.write(transaction)


def _name(finding: Finding) -> str:
    return (finding.value or "").encode("utf-8", "backslashreplace").decode()
