"""Partner profiles as written: partner_profiles/NAME.yaml, and us.yaml, which is ourselves."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from gateway.profiles.api import OurApi
from gateway.profiles.channel import Channels
from gateway.profiles.destination import Destination
from gateway.profiles.written import (
    CodeRows,
    Delimiter,
    DocumentType,
    Duration,
    Email,
    FilePattern,
    GsId,
    IsaId,
    LogicalName,
    Name,
    RepetitionOrU,
    SetId,
    Timezone,
    Tolerance,
    Version,
    Written,
    expected,
)

Status = Literal["draft", "testing", "production", "suspended"]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Contact(Written):
    """Somebody to call or write to."""

    role: Literal["edi", "purchasing", "sales", "accounts", "warehouse", "technical"]
    name: ShortText | None = None
    email: Email | None = None
    phone: ShortText | None = None
    tell: list[Literal["refused", "overdue", "quarantined", "suspended"]] = []
    """What this contact is told about."""


class Identity(Written):
    """What stands in the envelope for one company."""

    isa: IsaId
    gs: GsId | None = None
    """Where it is left out, any GS02 of this interchange id fits, and the interchange id is written."""
    usage: Literal["P", "T"] | None = None
    """Only for interchanges so marked (ISA15)."""


class Batch(Written):
    """How long documents wait to go together, where he wants few interchanges."""

    after: Duration
    """The longest that the first of them waits."""
    sets: Annotated[int, Field(ge=1, le=10_000)] = 1000
    """As soon as so many wait, they go."""


class Envelope(Written):
    """How we write interchanges to the partner."""

    isa01: Literal["00", "01", "02", "03", "04", "05", "06"] = "00"
    isa02: str = ""
    isa03: Literal["00", "01"] = "00"
    isa04: str = ""
    isa11: RepetitionOrU = "U"
    """The standards id U before 004020, the repetition separator since."""
    isa12: Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")] | None = None
    isa14: Literal["0", "1"] = "0"
    """1 asks for a TA1."""
    gs07: Literal["X", "T"] = "X"
    gs08: Version | None = None
    element: Delimiter = "*"
    component: Delimiter = ">"
    segment: Delimiter = "~"
    line_end: Literal["none", "lf", "crlf"] = "none"
    """What follows each segment terminator."""
    charset: Literal["basic", "extended", "latin-1", "utf-8"] | None = None
    sets_per_group: Annotated[int, Field(ge=0)] = 0
    """0: as many as are due."""
    groups_per_interchange: Annotated[int, Field(ge=0)] = 0
    batch: Batch | None = None
    """Without it each document goes at once, with what left with it."""


class Answer(Written):
    """How we answer what the partner sends."""

    form: Literal["997", "999", "none"] = "997"
    detail: Literal["set", "segment", "element"] = "element"
    """How far the answer goes into a set: AK5 only, AK3, or AK4."""
    advice: Literal["none", "business", "all"] = "none"
    """Which sets get an application advice (824): business, those that were accepted and that a guide, mapping or rule of ours
    then holds; all, those that the 997 rejects too. Who was told so sends again, as after a rejection."""
    ta1: Literal["isa14", "always", "errors", "never"] = "isa14"
    ta1_place: Literal["own", "answer"] = "own"
    """Its own interchange, or before the first group of the answer."""
    report_warnings: bool = False
    accept_with_errors: bool = True
    """no: the partner's translator knows no E; it becomes A, the findings are kept here."""
    refuse_on: Literal["syntax", "guide"] | None = None
    """Whether a breach of the partner's guide refuses the set; by default in testing only."""


class Expect(Written):
    """What we expect in answer to what we send."""

    form: Literal["997", "999", "none"] = "997"
    within: Duration | None = None
    calendar: ShortText | None = None
    then: Literal["alert", "resend"] = "alert"


class Duplicates(Written):
    """What becomes of bytes that came before."""

    same_bytes: Literal["answer_again", "ta1_025", "silent"] = "answer_again"
    """The archived acknowledgment again byte for byte, a TA1 with note 025, or nothing; never a second effect."""
    group_number: Literal["refuse", "warn", "off"] = "refuse"
    """A group number twice in one interchange (AK905 19)."""


class Taken(Written):
    """The last numbers of the translator whose place we take."""

    interchange: Annotated[int, Field(ge=0, le=999_999_999)] = 0
    group: Annotated[int, Field(ge=0, le=999_999_999)] = 0


class ControlNumbers(Written):
    """Interchange control numbers: what we hold the partner's to, and how ours run."""

    check: Literal["hold", "warn", "off"] = "hold"
    """The same number with other bytes."""
    order: Literal["off", "warn", "hold"] = "off"
    """Numbers that jump or go back."""
    window: Duration | None = None
    """How long a number must not come again; without it, ever."""
    groups: Literal["by_functional_id", "shared"] = "by_functional_id"
    """Whether GS06 counts for each GS01 or for all."""
    after: Taken = Taken()
    """Ours continue above these."""


class Dialect(Written):
    """How a delimited file is written, in place of what its mapping declares; never guessed."""

    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=3)] = ","
    """One character, or the word tab."""
    quote: Annotated[str, StringConstraints(max_length=1)] = '"'
    encoding: Literal["utf-8", "latin-1", "cp1252", "cp1250", "cp437", "cp850", "utf-16"] = "utf-8"
    header: bool = True
    """Whether the first row names the columns."""
    columns: list[ShortText] = []
    """The names of the columns where no row does."""
    skip: Annotated[int, Field(ge=0, le=100)] = 0
    """Lines before the header."""

    @model_validator(mode="after")
    def _delimiter_is_one_character(self) -> Self:
        if self.delimiter != "tab" and len(self.delimiter) != 1:
            raise expected("a dialect whose delimiter is one character or tab")
        if not self.header and not self.columns:
            raise expected("a dialect that names its columns, by a header or by columns")
        return self


class Tolerances(Written):
    """How far a value may be off."""

    price: Tolerance | None = None
    quantity: Tolerance | None = None
    over_ship: Tolerance | None = None
    under_ship: Tolerance | None = None
    total: Tolerance | None = None
    ctt: Literal["off", "warn", "error"] | None = None
    """Wrong counts and hash totals (CTT01, CTT02)."""
    trailer_counts: Literal["warn", "error"] | None = None
    """Wrong counts in GE and IEA."""


class ServiceLevels(Written):
    """What the partner has promised to do in which time."""

    acknowledge_order: Duration | None = None
    ship_notice_before_delivery: Duration | None = None
    invoice_after_shipment: Duration | None = None
    acknowledge: Duration | None = None
    """A 997 for what we send."""


class Resilience(Written):
    """How sending to the partner, documents and acknowledgments, is tried again."""

    attempts: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Tries before it waits in quarantine; 60 where not said, about two days."""
    first_wait: Duration | None = None
    """5s where not said; doubled with each failure."""
    longest_wait: Duration | None = None
    """1h where not said."""
    pause_after: Annotated[int, Field(ge=1)] | None = None
    """Failures in a row after which everything by the channel rests; 3 where not said."""
    pause: Duration | None = None
    """How long it rests at least."""


class Shared(Written):
    """Terms that us.yaml gives all partners, a profile gives all its agreements, and an agreement may have its own."""

    answer: Answer = Answer()
    expect: Expect | None = None
    envelope: Envelope = Envelope()
    deliver_to: list[Name] = []
    templates: dict[Name, LogicalName] = {}
    """For a destination the Jinja2 template of these documents, a file under mappings/templates/."""
    duplicates: Duplicates = Duplicates()
    charset: Literal["auto", "ascii", "latin-1", "utf-8", "cp1252"] = "auto"
    """How the partner writes letters; auto: UTF-8 where the bytes are valid UTF-8, else latin-1."""
    code_tables: dict[Name, CodeRows] = {}
    """Over the shared tables: {unit: {PC: EA}}, or a table of his own by name: {item: acme/items} (mappings/tables/acme/items.csv)."""
    severities: dict[str, Literal["error", "warning", "info"]] = {}
    """Of finding codes, where the partner's differ from the published table."""
    tolerances: Tolerances = Tolerances()
    service_levels: ServiceLevels = ServiceLevels()
    second_opinion: Literal["off", "warn", "quarantine"] | None = None
    """Whether pyx12 judges each set beside us: its objections as warnings, or reasons to hold; by default warn in testing only."""
    on_behalf_of: Name | None = None
    """The trading partner, where the sender of the envelope (who gets the answer) is another."""
    tier: Literal["critical", "standard", "low"] = "standard"
    timezone: Timezone | None = None
    calendar: ShortText | None = None


class Row(Shared):
    """One agreement: a set (or a document of a file without envelope) under its terms."""

    set: SetId | None = None
    document: DocumentType | None = None
    """Instead of `set`, for files without envelope."""
    format: Literal["x12", "edifact", "delimited", "fixed", "excel", "xml", "json"] = "x12"
    version: Version | None = None
    status: Status | None = None
    """By default the profile's."""
    identity: Name | None = None
    """The partner's identity that this row is for; by default any."""
    usage: Literal["P", "T"] | None = None
    pattern: FilePattern | None = None
    """For files without envelope: the names of the files."""
    channel: Name | None = None
    """For files without envelope: the channel they come by."""
    dialect: Dialect | None = None
    mapping: LogicalName | None = None
    """By default the standard mapping of version and set."""
    guide: LogicalName | None = None
    """By default the standard guide of version and set; another version's where a partner says 004030 and builds as in 004010."""
    from_: Annotated[date | None, Field(alias="from")] = None
    """The first day of this agreement."""
    to: date | None = None
    """The last day."""
    facts: dict[Name, str] = {}
    """What mappings may read as agreement.NAME."""

    @model_validator(mode="after")
    def _says_what_it_is_for(self) -> Self:
        if (self.set is None) == (self.document is None):
            raise expected("an agreement for either a set or a document")
        if self.format == "x12" and (self.set is None or self.version is None):
            raise expected("an X12 agreement with set and version")
        if self.format not in ("x12", "edifact") and (self.document is None or self.mapping is None):
            raise expected("an agreement with document and mapping; files without envelope have no standard one")
        if self.dialect is not None and self.format != "delimited":
            raise expected("an agreement of format delimited; only these have a dialect")
        if self.from_ and self.to and self.to < self.from_:
            raise expected("an agreement that ends after it begins")
        return self


class Profile(Shared):
    """partner_profiles/NAME.yaml: who a trading partner is, and the terms of what we receive and send."""

    partner: Name
    """The name of the file."""
    name: ShortText
    status: Status = "draft"
    known_as: list[ShortText] = []
    """His names and numbers in our own systems: documents that these leave may say one of them instead of `partner`."""
    extends: Name | None = None
    """A template in partner_profiles/templates/."""
    contacts: list[Contact] = []
    identities: dict[Name, Identity] = {}
    us: dict[str, Name] = {}
    """Which of our identities (us.yaml) a set uses; `default` for the others."""
    channels: Channels = Channels()
    via: Name | None = None
    """The shared mailbox (connections/NAME.yaml) instead of channels of his own."""
    we_receive: list[Row] = []
    we_send: list[Row] = []
    control_numbers: ControlNumbers = ControlNumbers()
    resilience: Resilience = Resilience()
    facts: dict[Name, str] = {}
    """What mappings may read as partner.NAME, such as the number he knows us by."""


class Defaults(Shared):
    """What all partners have unless their profile says otherwise."""

    control_numbers: ControlNumbers = ControlNumbers()
    resilience: Resilience = Resilience()


class Us(Written):
    """partner_profiles/us.yaml: ourselves."""

    name: ShortText
    timezone: Timezone | None = None
    calendar: ShortText | None = None
    contacts: list[Contact] = []
    identities: Annotated[dict[Name, Identity], Field(min_length=1)]
    company_prefix: Annotated[str, StringConstraints(pattern=r"^[0-9]{6,12}$")] | None = None
    """Our GS1 company prefix, for SSCC."""
    facts: dict[Name, str] = {}
    """What mappings may read as us.NAME."""
    defaults: Defaults = Defaults()
    destinations: dict[Name, Destination] = {}
    api: OurApi | None = None
    """The keys by which our own systems use our HTTP API."""
