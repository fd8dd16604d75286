"""The Deliveries and Answers ports: what the worker reads before it sends, and the result it records in one transaction with the item."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, insert, select, update
from sqlalchemy.engine import Row

from gateway.carriage.codes import CODES
from gateway.edi.finding import NOWHERE
from gateway.edi.states import before
from gateway.ports import Clock, FaultPoint, no_fault
from gateway.records import AnswerDue, DeliveryDue, Item, Lease
from gateway.stores.sql import tables
from gateway.stores.sql.audit import event_row, finding_rows, record
from gateway.stores.sql.database import Database
from gateway.stores.sql.moving import move
from gateway.stores.sql.work import VIEW, Due, close_item, close_items, enqueue, fence, first_open, postpone, uncount

acknowledgment, delivery, document = tables.acknowledgment, tables.delivery, tables.document


class SqlDispatch:
    """Deliveries and acknowledgments that are due, and what became of them."""

    def __init__(self, database: Database, clock: Clock, fault: FaultPoint = no_fault) -> None:
        self._database = database
        self._clock = clock
        self._fault = fault

    def delivery(self, subject: str) -> DeliveryDue:
        """What is to be posted. Raises LookupError."""
        identity, _, destination = subject.partition("/")

        def question(connection: Connection) -> DeliveryDue:
            both = select(document, delivery.c.destination, delivery.c.state.label("delivery_state")).join(delivery)
            row = connection.execute(both.where(document.c.id == identity, delivery.c.destination == destination)).first()
            if row is None:
                raise LookupError(f"there is no delivery {subject}")
            return _due(row)

        return self._database.read(question)

    def take(self, lease: Lease, limit: int) -> list[tuple[Item, DeliveryDue]]:
        """The lane's first open items that are due, each with what is to be posted; they may have been posted from now on.

        Their attempts are counted; `state` is what each was before. What is no longer to be posted is done.
        """
        now = self._clock.now()

        def transaction(connection: Connection) -> list[tuple[Item, DeliveryDue]]:
            fence(connection, lease, now)
            items = first_open(connection, lease, now, limit)
            both = select(document, delivery.c.destination, delivery.c.state.label("delivery_state")).join(delivery)
            subjects = [item.subject.partition("/") for item in items]
            rows = connection.execute(both.where(document.c.id.in_({one for one, _, _ in subjects}))).all()
            known = {f"{row.id}/{row.destination}": _due(row) for row in rows}
            taken = [(item, known[item.subject]) for item in items if item.subject in known]
            taken = [(item, due) for item, due in taken if due.state in before("delivery", "sending")]
            for place in {due.destination for _, due in taken}:
                ids = [due.document for _, due in taken if due.destination == place]
                move(connection, delivery, "sending", delivery.c.document.in_(ids), delivery.c.destination == place, changed_at=now)
            over = {item.id for item in items} - {item.id for item, _ in taken}
            if over:
                close_items(connection, over, "done")
            return taken

        self._fault("sending:before")
        taken = self._database.write(transaction)
        self._fault("sending:after")
        return taken

    def delivered(self, lease: Lease, done: list[tuple[Item, DeliveryDue, str]]) -> None:
        """These stand in our own systems under their references; their items are done by the same call."""
        now = self._clock.now()
        references = [{"at": due.document, "to": due.destination, "name": reference} for _, due, reference in done]
        events = [
            event_row(now, "deliver", "delivered", due.transmission, due.document, destination=due.destination, reference=reference)
            for _, due, reference in done
        ]

        def transaction(connection: Connection) -> None:
            fence(connection, lease, now)
            for place in {due.destination for _, due, _ in done}:
                ids = [due.document for _, due, _ in done if due.destination == place]
                where = (delivery.c.document.in_(ids), delivery.c.destination == place)
                move(connection, delivery, "delivered", *where, why=None, changed_at=now)
            here = and_(delivery.c.document == bindparam("at"), delivery.c.destination == bindparam("to"), delivery.c.state == "delivered")
            connection.execute(update(delivery).where(here).values(reference=bindparam("name")), references)
            missing = exists().where(delivery.c.document == document.c.id, delivery.c.state != "delivered")
            move(connection, document, "done", document.c.id.in_({due.document for _, due, _ in done}), ~missing, changed_at=now)
            connection.execute(insert(tables.event), events)
            close_items(connection, {item.id for item, _, _ in done}, "done")

        self._fault("delivered:before")
        self._database.write(transaction)
        self._fault("delivered:after")

    def untried(self, lease: Lease, left: list[tuple[Item, DeliveryDue]]) -> None:
        """These were taken and not tried: they are what they were."""
        now = self._clock.now()

        def transaction(connection: Connection) -> None:
            fence(connection, lease, now)
            for item, due in left:
                if due.state != "sending":
                    move(connection, delivery, due.state, *_place(due), changed_at=now)
                uncount(connection, item)

        self._database.write(transaction)

    def again(self, lease: Lease, item: Item, due: DeliveryDue, due_at: datetime, why: str, unknown: bool) -> None:
        """It was not posted, or that is unknown; tried or asked again at `due_at`."""
        now = self._clock.now()

        def transaction(connection: Connection) -> None:
            fence(connection, lease, now)
            move(connection, delivery, "outcome_unknown" if unknown else "due", *_place(due), why=why, changed_at=now)
            postpone(connection, item, due_at, why)

        self._fault("again:before")
        self._database.write(transaction)
        self._fault("again:after")

    def refused(self, lease: Lease, item: Item, due: DeliveryDue, why: str) -> None:
        """It will not be tried again by itself: delivery and document are quarantined, the item is parked."""
        now = self._clock.now()

        def transaction(connection: Connection) -> None:
            fence(connection, lease, now)
            move(connection, delivery, "quarantined", *_place(due), why=why, changed_at=now)
            move(connection, document, "quarantined", document.c.id == due.document, held_at="deliver", changed_at=now)
            place = select(document.c.interchange, document.c.functional_group).where(document.c.id == due.document)
            interchange, group = connection.execute(place).one()
            said = CODES["not-delivered"].finding(NOWHERE, due.destination, None, why=why)
            rows = finding_rows([said], "deliver", due.transmission, interchange, group, due.document)
            connection.execute(insert(tables.finding), rows)
            record(connection, now, "deliver", "quarantined", due.transmission, due.document, destination=due.destination, why=why)
            close_item(connection, item, "parked", why)
            enqueue(connection, [Due(VIEW, VIEW, VIEW)], now)

        self._fault("refused:before")
        self._database.write(transaction)
        self._fault("refused:after")

    def answer(self, subject: str) -> AnswerDue:
        """The acknowledgment to be sent; a subject with a transmission behind it is the answer to a duplicate. Raises LookupError."""
        identity = subject.partition("/")[0]

        def question(connection: Connection) -> AnswerDue:
            row = connection.execute(select(acknowledgment).where(acknowledgment.c.id == identity)).first()
            if row is None:
                raise LookupError(f"there is no acknowledgment {subject}")
            names = (
                "id",
                "transmission",
                "form",
                "answer",
                "isa_number",
                "gs_number",
                "at",
                "channel",
                "partner",
                "name",
                "state",
                "address",
            )
            return AnswerDue(**{name: getattr(row, name) for name in names})

        return self._database.read(question)

    def written(self, lease: Lease, due: AnswerDue, address: str) -> None:
        """Its bytes are archived, and are what is sent ever after. Recorded before `sent` is; the same row gives the same bytes."""
        now = self._clock.now()

        def transaction(connection: Connection) -> None:
            fence(connection, lease, now)
            mine = and_(acknowledgment.c.id == due.id, acknowledgment.c.address.is_(None))
            connection.execute(update(acknowledgment).where(mine).values(address=address))

        self._fault("written:before")
        self._database.submit(transaction)

    def sent(self, lease: Lease, item: Item, due: AnswerDue, name: str) -> Future[None]:
        """It was put at the partner; the item is done by the same transaction, of which the future tells."""
        now = self._clock.now()
        behind = item.subject.partition("/")[2]

        def transaction(connection: Connection) -> None:
            fence(connection, lease, now)
            if not behind:
                move(connection, acknowledgment, "sent", acknowledgment.c.id == due.id, sent_name=name, sent_at=now)
            what = "sent-again" if behind else "sent"
            record(
                connection, now, "acknowledge", what, behind or due.transmission, form=due.form, name=name, control_number=due.isa_number
            )
            close_item(connection, item, "done")

        self._fault("sent:before")
        return self._database.submit(transaction)

    def unsent(self, lease: Lease, item: Item, due: AnswerDue, why: str) -> None:
        """It will not be sent by itself: the answer is quarantined, the item is parked; one sent before stays sent."""
        now = self._clock.now()
        behind = item.subject.partition("/")[2]

        def transaction(connection: Connection) -> None:
            fence(connection, lease, now)
            if not behind:
                move(connection, acknowledgment, "quarantined", acknowledgment.c.id == due.id, why=why)
            record(connection, now, "acknowledge", "not-sent", behind or due.transmission, form=due.form, name=due.name, why=why)
            close_item(connection, item, "parked", why)
            enqueue(connection, [Due(VIEW, VIEW, VIEW)], now)

        self._fault("unsent:before")
        self._database.write(transaction)
        self._fault("unsent:after")


def _due(row: Row[Any]) -> DeliveryDue:
    names = ("transmission", "document_type", "partner", "business_key", "revision", "effect_key", "content")
    facts = {name: getattr(row, name) or "" for name in names}
    return DeliveryDue(document=row.id, destination=row.destination, state=row.delivery_state, terms=row.terms, test=row.test, **facts)


def _place(due: DeliveryDue) -> tuple[ColumnElement[bool], ...]:
    return delivery.c.document == due.document, delivery.c.destination == due.destination
