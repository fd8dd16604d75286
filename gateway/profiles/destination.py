"""Destinations as written in us.yaml: our own systems, reached by a folder, by their REST interface, or by staging tables."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from gateway.profiles.channel import one_kind
from gateway.profiles.written import (
    AnswerPath,
    DocumentFileName,
    DocumentType,
    Duration,
    FolderPath,
    HeaderName,
    LogicalName,
    Name,
    Phrase,
    Secret,
    TableName,
    Url,
    UrlPath,
    Written,
    expected,
)

HttpStatus = Annotated[int, Field(ge=200, le=599)]


class FolderDestination(Written):
    """A folder from which our own system collects documents; a file appears there whole or not at all."""

    path: FolderPath
    name: DocumentFileName | None = None
    wants: FolderPath | None = None
    """The folder into which our own system puts what it wants sent: JSON documents, *.json; each is moved to its archive once taken."""


class Basic(Written):
    """A user and a password, sent with each call."""

    user: str
    password: Secret


class ApiKey(Written):
    """A key in a header of its own."""

    header: HeaderName = "X-API-Key"
    key: Secret


class ClientCredentials(Written):
    """OAuth 2.0 client credentials (RFC 6749, 4.4): a token is fetched, kept while it is good, and fetched anew after a 401."""

    token_url: Url
    client_id: str
    client_secret: Secret
    scope: str | None = None
    send: Literal["header", "body"] = "header"
    """Where client id and secret stand when the token is asked for."""


class Auth(Written):
    """Who we are at the interface; exactly one of the four."""

    bearer: Secret | None = None
    basic: Basic | None = None
    api_key: ApiKey | None = None
    oauth2: ClientCredentials | None = None

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        one_kind(self, ("bearer", "basic", "api_key", "oauth2"), "login")
        return self


class Call(Written):
    """One request; what stands in {{ }} is filled in (Jinja2), and in a path percent-encoded."""

    path: UrlPath
    """Behind `url`, such as /orders/{{ key }}."""
    query: dict[str, Phrase] = {}
    headers: dict[HeaderName, Phrase] = {}


class Meaning(Written):
    """What an answer means, where its status alone does not say it; the first that fits counts."""

    status: list[HttpStatus] = []
    """Any of these; any at all where none is said."""
    path: AnswerPath | None = None
    """A value in the answer's JSON that must be there,"""
    equals: str | None = None
    """and be this."""
    means: Literal["accepted", "refused", "unavailable", "unknown", "exists"]
    """exists: it stands there already, and is looked up."""

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if not self.status and self.path is None:
            raise expected("a rule that says when: by status, by path, or both")
        if self.equals is not None and self.path is None:
            raise expected("a rule that says which path equals the value")
        return self


class Create(Call):
    """How a document is posted."""

    method: Literal["POST", "PUT", "PATCH"] = "POST"
    body: Phrase | None = None
    """By default the document itself, or what the destination's template makes of it."""
    content_type: str | None = None
    accepted: Annotated[list[HttpStatus], Field(min_length=1)] = [200, 201]
    """The statuses of an answer that may say yes."""
    reference: AnswerPath
    """Where the answer's JSON says what it became, such as data.id; an answer without it says nothing."""
    reason: AnswerPath | None = None
    """Where a refusal says why, such as error.message."""
    answers: list[Meaning] = []


class Find(Call):
    """How one asks what was posted under an effect key; without it a lost answer waits for a person."""

    items: AnswerPath | None = None
    """Where the answer's JSON has the list of what was found; an empty list is nothing. Without it the answer is the one found."""
    key: AnswerPath
    """Where what was found says its effect key; only what says ours is ours, so that a filter that is ignored finds nothing."""
    equals: Phrase = "{{ key }}"
    """What stands there."""
    reference: AnswerPath
    none: list[HttpStatus] = []
    """Statuses that say that there is nothing, such as 404 where the key is in the path."""
    settled: Duration | None = None
    """How long after a lost answer it may still be at work on it, so that finding nothing proves nothing; 60s where not said."""

    @model_validator(mode="after")
    def _can_say_no(self) -> Self:
        if self.items is None and not self.none:
            raise expected("a way to say that there is nothing: items, or statuses under none")
        return self


class Read(Call):
    """How one asks for what the system wants sent; {{ after }} is the last cursor, empty at first, {{ limit }} how many."""

    items: AnswerPath | None = None
    """Where the answer's JSON has the list, in order; without it the answer is the list."""
    cursor: AnswerPath
    """Where each says how to go on after it."""
    document: AnswerPath | None = None
    """Where each has the document; without it, each is one."""
    document_type: AnswerPath = "document_type"
    """Where each says what it is."""


class Limits(Written):
    """What one connection may ask of the system, for all who post to it from this process."""

    at_once: Annotated[int, Field(ge=1, le=100)] = 2
    """Calls side by side."""
    per_minute: Annotated[int, Field(ge=1, le=60_000)] | None = None
    """Calls a minute, evenly."""
    deadline: Duration | None = None
    """How long one call may take in all; 30s where not said."""
    connect: Duration | None = None
    """How long the connection may take to stand; 10s where not said."""


class Rest(Written):
    """A REST interface of our own system; an effect key goes with each document, and is what makes it happen once."""

    url: Url
    auth: Auth | None = None
    headers: dict[HeaderName, Phrase] = {}
    """With every call."""
    authority: str | None = None
    """A file with the certificate authority (PEM) of the server, where the machine does not know it."""
    idempotency_header: HeaderName | None = None
    """The header in which each document's own key is sent, such as Idempotency-Key."""
    create: Create
    creates: dict[DocumentType, Create] = {}
    """How documents of one type are posted, where it differs."""
    find: Find | None = None
    read: Read | None = None
    limits: Limits = Limits()


class DatabaseTables(Written):
    """Staging tables in a database that our own system reads from and writes to (`gateway destination ddl` prints them)."""

    url: Secret | None = None
    """Where the database's URL is, such as postgresql://user:password@host/name."""
    file: str | None = None
    """Instead of it, a SQLite file in the project."""
    db_schema: Annotated[TableName | None, Field(alias="schema")] = None
    """The schema of the tables, in PostgreSQL."""
    prefix: TableName = "gateway_"
    """What the names of the tables begin with: gateway_inbound, gateway_outbound."""
    collect: bool = False
    """Whether its outbound rows are collected and sent."""
    create: bool = False
    """Whether we make the tables when they are not there."""

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if (self.url is None) == (self.file is None):
            raise expected("a database with either url or file")
        if self.file is not None and self.db_schema is not None:
            raise expected("a schema only in PostgreSQL; a SQLite file has none")
        return self


KINDS = ("folder", "rest", "database")


class Destination(Written):
    """One of our own systems: where documents are delivered, and in which form."""

    folder: FolderDestination | None = None
    rest: Rest | None = None
    database: DatabaseTables | None = None
    status: Literal["production", "testing"] = "production"
    """Only agreements in production reach a production destination; interchanges marked as test never do."""
    testing: Name | None = None
    """The destination that takes the documents this one must not get because they are not production."""
    format: Literal["json", "text"] = "json"
    """json: the document as its schema says; text: what the template makes of it."""
    template: LogicalName | None = None
    """The Jinja2 template of every document type, a file under mappings/templates/."""
    templates: dict[DocumentType, LogicalName] = {}
    """The Jinja2 template of one document type."""

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        one_kind(self, KINDS, "destination")
        if self.format == "text" and self.template is None and not self.templates:
            raise expected("a destination with a template; format text needs one")
        return self
