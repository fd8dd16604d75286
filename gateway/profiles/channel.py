"""Channels as written: where a partner's files come from and go to.

AS2, and mail as a way out, by which nothing is worked yet, have their declared form, so that a profile is checked before they are.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from gateway.profiles.api import ApiIn, ApiOut
from gateway.profiles.written import (
    Duration,
    Email,
    FileName,
    FilePattern,
    FolderPath,
    HostKeys,
    Name,
    PublicKey,
    Secret,
    Size,
    TemporaryName,
    Url,
    UserName,
    Written,
    expected,
)


class PgpIn(Written):
    """How what comes is decrypted (OpenPGP)."""

    decrypt_with: Secret
    """Our secret key."""
    passphrase: Secret | None = None
    signed_by: FolderPath | None = None
    """His public key, a file in the project; what it has not signed is not taken."""


class PgpOut(Written):
    """How what goes is encrypted and signed (OpenPGP); its names end in .pgp."""

    encrypt_to: FolderPath
    """His public key, a file in the project."""
    sign_with: Secret | None = None
    """Our secret key."""
    passphrase: Secret | None = None
    armor: bool = False
    """As letters, for servers that carry nothing else."""


class FolderIn(Written):
    """A folder that we watch."""

    path: FolderPath
    pattern: FilePattern = "*"
    """Which files of the folder are taken; case counts."""
    every: Duration | None = None
    """How often the folder is looked at, beside the watching."""
    settle: Duration | None = None
    """How long a file must not have changed before it is taken."""
    incomplete_after: Duration | None = None
    """After how long without change a file that does not end is told of."""
    marker: str | None = None
    """The suffix of the file that says another is finished: with .done, a.edi waits for a.edi.done."""
    hard_links: bool = False
    """Whether a file that has another name elsewhere is taken; it could be a file from outside the folder."""
    largest: Annotated[int, Field(gt=0)] | None = None
    """Bytes of the largest file that is taken."""
    then: Literal["archive", "delete"] = "archive"
    """What becomes of the file there once we hold its bytes."""
    archive: FilePattern = "archive"
    """The sub-folder for what was taken."""
    pgp: PgpIn | None = None


class FolderOut(Written):
    """A folder that we write into; a file appears there whole or not at all."""

    path: FolderPath
    name: FileName | None = None
    pgp: PgpOut | None = None


class DropIn(Written):
    """A drop of the partner's own with us: he logs in by SFTP and finds the folders in, out and test."""

    user: UserName | None = None
    """The name he logs in by; the partner's own name where not said."""
    keys: list[PublicKey] = []
    """His public keys, each as its .pub file says it."""
    password: Secret | None = None
    """Where his password is; keys are better."""
    quota: Size = 1_000_000_000
    """Bytes that his files may take up with us before they are carried; 1GB where not said."""
    files: Annotated[int, Field(gt=0, le=1_000_000)] = 10_000
    """How many files may wait there."""
    largest: Size | None = None
    """Bytes of the largest file that is taken; the quota where not said."""
    pattern: FilePattern = "*"
    """Which files are taken; case counts."""
    settle: Duration | None = None
    """How long a file must not have changed before it is taken, where nothing says that it is finished."""
    incomplete_after: Duration | None = None
    """After how long without change a file that does not end is told of."""
    marker: str | None = None
    """The suffix of the file that says another is finished: with .done, a.edi waits for a.edi.done."""
    every: Duration | None = None
    """How often the folder is looked at, beside the watching."""
    pgp: PgpIn | None = None


class DropOut(Written):
    """The folder out of the partner's drop, where he collects what we have for him."""

    name: FileName | None = None
    pgp: PgpOut | None = None


class Server(Written):
    """A server that we call, and who we are there."""

    host: str
    port: int | None = None
    user: str
    password: Secret | None = None
    key: Secret | None = None
    """The private key."""
    passphrase: Secret | None = None
    host_key: HostKeys | None = None
    """The server's key as SHA256:..., or a list of several; without it no connection is made (`gateway partner trust-host`)."""
    avoid: list[str] = []
    """Algorithms of SSH that an old server announces and cannot do, such as rsa-sha2-512."""
    timeout: Duration | None = None
    """How long each answer may take; 20s where not said."""
    connections: Annotated[int, Field(gt=0, le=16)] | None = None
    """Connections at once, for all channels to this server; 2 where not said."""


class SftpIn(Server):
    """A folder on the partner's SFTP server that we poll."""

    folder: FolderPath
    pattern: FilePattern = "*"
    """Which files of the folder are taken; case counts."""
    every: Duration | None = None
    """How often the folder is looked at."""
    settle: Duration | None = None
    """How long a file must not have changed before it is taken; by default 2s where it ends as X12 does, else 10s."""
    incomplete_after: Duration | None = None
    """After how long without change a file that does not end is told of."""
    marker: str | None = None
    """The suffix of the file that says another is finished: with .done, a.edi waits for a.edi.done."""
    largest: Annotated[int, Field(gt=0)] | None = None
    """Bytes of the largest file that is taken."""
    then: Literal["delete", "archive", "leave"] = "delete"
    """What becomes of the file there once we hold its bytes; `leave` remembers what was taken."""
    archive: FolderPath | None = None
    """The folder there that archived files are moved to, below `folder` unless it begins with /; by default archive."""
    pgp: PgpIn | None = None


class SftpOut(Server):
    """A folder on the partner's SFTP server that we write into."""

    folder: FolderPath
    name: FileName | None = None
    temporary: TemporaryName = ".{name}.part"
    """What a file is called while it is written."""
    marker: str | None = None
    """The suffix of an empty file put after each file, for partners who wait for one."""
    pgp: PgpOut | None = None


class HttpOut(Written):
    """An address of the partner that we post to."""

    url: Url
    user: str | None = None
    password: Secret | None = None
    token: Secret | None = None
    timeout: Duration | None = None


class As2(Written):
    """A partner's AS2 station."""

    name: str
    """His AS2 name, from which he sends."""
    url: Url | None = None
    certificate: str | None = None
    """His certificate, a file in the project."""
    sign: bool = True
    encrypt: bool = True
    receipt: Literal["sync", "async", "none"] = "sync"


MailFolder = Annotated[str, StringConstraints(pattern=r"^[ -~]{1,200}$")]


class MailIn(Written):
    """A mailbox from which attachments are taken as files (IMAP over TLS)."""

    address: Email
    """The address that the partner writes to."""
    server: str
    port: Annotated[int, Field(gt=0, le=65535)] | None = None
    """993 where not said."""
    user: str | None = None
    """Who we are there; the address where not said."""
    password: Secret
    folder: MailFolder = "INBOX"
    """Which folder is read."""
    from_: Annotated[list[Email], Field(alias="from")] = []
    """From whom messages are taken; anybody where not said. An address proves nothing: it keeps out what came by mistake."""
    pattern: FilePattern = "*"
    """Which attachments are taken; case counts."""
    largest: Annotated[int, Field(gt=0)] | None = None
    """Bytes of the largest message; 30 MB where not said."""
    every: Duration | None = None
    """How often it is looked at; 1m where not said."""
    then: Literal["archive", "delete"] = "archive"
    """What becomes of a message once we hold all of its files."""
    archive: MailFolder = "Archive"
    """The folder there that it is moved to."""
    authority: FolderPath | None = None
    """The certificate authority of the server, a file in the project, where it is none that everybody knows."""
    timeout: Duration | None = None
    pgp: PgpIn | None = None


class MailOut(Written):
    """An address to which files go as attachments."""

    address: Email
    server: str | None = None
    user: str | None = None
    password: Secret | None = None


def one_kind(channel: Written, kinds: tuple[str, ...], what: str = "channel") -> None:
    """Raise the mistake unless exactly one of the kinds is there."""
    there = [kind for kind in kinds if kind in type(channel).model_fields]
    if sum(getattr(channel, kind) is not None for kind in there) != 1:
        raise expected(f"a {what} of exactly one kind: " + ", ".join(there))


KINDS = ("folder", "drop", "sftp", "api", "http", "as2", "mail")


class ChannelIn(Written):
    """One way in."""

    name: Name | None = None
    """What journals call it; by default the partner's name and the number of the channel."""
    folder: FolderIn | None = None
    drop: DropIn | None = None
    sftp: SftpIn | None = None
    api: ApiIn | None = None
    as2: As2 | None = None
    mail: MailIn | None = None

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        one_kind(self, KINDS)
        return self


class ChannelOut(Written):
    """One way out; the first is used, the others are for when it fails."""

    name: Name | None = None
    folder: FolderOut | None = None
    drop: DropOut | None = None
    sftp: SftpOut | None = None
    api: ApiOut | None = None
    http: HttpOut | None = None
    as2: As2 | None = None
    mail: MailOut | None = None

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        one_kind(self, KINDS)
        return self


class Channels(Written):
    """Ways in and ways out, as seen from us."""

    in_: list[ChannelIn] = []
    out: list[ChannelOut] = []

    model_config = {"alias_generator": lambda name: name.rstrip("_")}

    @model_validator(mode="after")
    def _one_drop(self) -> Self:
        drops = sum(way.drop is not None for way in self.in_)
        if drops > 1:
            raise expected("one drop at most")
        if any(way.drop is not None for way in self.out) and not drops:
            raise expected("a drop among the ways in, where the partner logs in, before one among the ways out")
        return self

    @property
    def ways_out(self) -> list[ChannelOut]:
        """The ways out; a partner who has a drop, or uses our API, and has no way out collects there."""
        drops = [ChannelOut(drop=DropOut()) for way in self.in_ if way.drop is not None]
        return self.out or drops or [ChannelOut(api=ApiOut()) for way in self.in_ if way.api is not None][:1]


class Connection(Written):
    """connections/NAME.yaml: a mailbox that carries several partners (a VAN, a 3PL, a marketplace)."""

    connection: Name
    """The name of the file."""
    name: str
    channels: Channels
    carries: list[Name]
    """The partners whose files may come through it; another's identity there is quarantined."""
