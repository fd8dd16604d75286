"""Tries a channel step by step and says what works, and where it does not, what to ask the partner for. Takes nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from gateway.edi.shown import shown
from gateway.ports import EdgeError
from gateway.transports.sftp.login import (
    Login,
    NotLetIn,
    Secrets,
    Untrusted,
    authenticate,
    dial,
    open_session,
    private_key,
    resolve,
    trusted_transport,
)
from gateway.transports.sftp.settling import below
from gateway.transports.sftp.terms import Drop, Mailbox
from gateway.transports.sftp.wire import FOR_A_NEW_FILE, NO_SUCH_FILE, PERMISSION_DENIED, Lost, Refusal, Session

LISTED = 10_000
"""Rows of a folder that a try looks at."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was tried: `said` what was found, `ask` what to do or to ask the partner for where it failed."""

    name: str
    result: Literal["ok", "failed", "skipped"]
    said: str
    ask: str = ""


def probe(login: Login, terms: Mailbox | Drop, secrets: Secrets) -> Iterator[Step]:
    """The steps, one after the other; ends at the first without which the next cannot be tried."""
    try:
        addresses = resolve(login)
        yield Step("resolve", "ok", ", ".join(dict.fromkeys(address[0] for _, address in addresses)))
    except EdgeError as error:
        yield Step("resolve", "failed", str(error), "The right name of the server, or what is wrong with our DNS.")
        return
    try:
        dial(login, addresses).close()
        yield Step("connect", "ok", login.place)
    except EdgeError as error:
        yield Step("connect", "failed", str(error), "Whether the port is right and our address is let through his firewall, and ours.")
        return
    try:
        transport = trusted_transport(login)
        yield Step("host key", "ok", "it is one of those pinned")
    except Untrusted as error:
        yield Step("host key", "failed", str(error), "The fingerprint of his host key, by another way than this connection.")
        return
    except EdgeError as error:
        yield Step(
            "host key", "failed", str(error), "Which SSH algorithms his server speaks; DSA keys and SHA-1 alone are not spoken any more."
        )
        return
    try:
        try:
            by = authenticate(login, transport, secrets)
            session = open_session(login, transport)
            yield Step("login", "ok", f"{shown(login.user)} by {by}")
        except NotLetIn as error:
            yield Step("login", "failed", str(error), _what_to_install(login, secrets))
            return
        except EdgeError as error:
            yield Step("login", "failed", str(error), "What his server's log says of this login.")
            return
        yield from _at_work(session, terms)
    finally:
        transport.close()


def _what_to_install(login: Login, secrets: Secrets) -> str:
    if login.key is None:
        return "Whether user and password are right, and whether the account is locked."
    try:
        key = private_key(login, secrets)
    except EdgeError as error:
        return str(error)
    return f"Whether this key is installed for the user: {key.get_name()} {key.get_base64()}"


def _at_work(session: Session, terms: Mailbox | Drop) -> Iterator[Step]:
    try:
        yield from _steps(session, terms)
    except Lost as lost:
        yield Step("session", "failed", str(lost), "What his server's log says of this session.")


def _steps(session: Session, terms: Mailbox | Drop) -> Iterator[Step]:
    folder = shown(terms.folder.decode("utf-8", "surrogateescape"))
    try:
        rows = [entry for entry in session.scan(terms.folder, LISTED) if entry.name not in (b".", b"..")]
    except Refusal as no:
        begin = shown(session.where().decode("utf-8", "surrogateescape"))
        ask = f"The name of our folder; a session begins in {begin}." if no.code == NO_SUCH_FILE else f"The right to list {folder}."
        yield Step("list", "failed", f"{folder}: {no}", ask)
        if isinstance(terms, Mailbox):
            return
        rows = []
    else:
        yield Step("list", "ok", f"{folder}: {len(rows)} names")
    readable = next((entry for entry in rows if entry.attributes.regular and b"/" not in entry.name), None)
    if readable is None:
        yield Step("read", "skipped", "there is no file to try it with")
    else:
        name = shown(readable.name.decode("utf-8", "surrogateescape"))
        tried = _tried(lambda: session.shut(session.open(below(terms.folder, readable.name))))
        yield _step("read", tried, name, f"The right to read files in {folder}.")
    if isinstance(terms, Mailbox) and terms.then == "leave":
        yield Step("write", "skipped", "files are left where they are")
        yield Step("rename", "skipped", "files are left where they are")
        return
    yield from _writing(session, terms, folder)


def _writing(session: Session, terms: Mailbox | Drop, folder: str) -> Iterator[Step]:
    first = below(terms.folder, b".gateway-test-%s.part" % os.urandom(4).hex().encode())
    second = first.removesuffix(b".part") + b".tmp"
    inbox = isinstance(terms, Mailbox)
    tried = _tried(lambda: _write(session, first))
    if tried is not None:
        ask = (
            "Nothing, if files there may be renamed and deleted: only that is needed."
            if inbox
            else f"The right to create files in {folder}."
        )
        yield _step("write", tried, folder, ask)
        yield Step("rename", "skipped", "there is no file of ours to try it with")
        return
    there = session.lstat(first)
    yield (
        Step("write", "ok", f"{folder}; it offers {_offered(session)}")
        if there is not None and there.size == len(_TRIAL)
        else Step(
            "write",
            "failed",
            f"of {len(_TRIAL)} bytes {0 if there is None else there.size} arrived",
            "Whether the account is in text mode, or full.",
        )
    )
    at = first
    try:
        target, ask = second, f"The right to rename files in {folder}."
        if isinstance(terms, Mailbox) and terms.then == "archive":
            archive = terms.archive if terms.archive.startswith(b"/") else below(terms.folder, terms.archive)
            ask = f"The right to make the folder {shown(archive.decode('utf-8', 'surrogateescape'))} and to move files into it."
            target = below(archive, second.rpartition(b"/")[2])
            tried = None if session.lstat(archive) is not None else _tried(lambda: session.mkdir(archive))
        if tried is None:
            tried = _tried(lambda: session.rename(first, target))
            at = first if tried else target
        yield _step("rename", tried, folder, ask)
    finally:
        if not session.broken:
            tried = _tried(lambda: session.remove(at))
    if tried is not None or inbox:
        name = shown(at.decode("utf-8", "surrogateescape"))
        yield _step("delete", tried, name, f"The right to delete files; {name} is ours and stays there.")


_TRIAL = b"line one\r\nline two\n"


def _write(session: Session, path: bytes) -> None:
    handle = session.open(path, FOR_A_NEW_FILE)
    session.write(handle, [_TRIAL])
    session.shut(handle)


def _offered(session: Session) -> str:
    names = sorted(
        name.decode("ascii", "replace").partition("@")[0] for name in session.extensions if name.startswith((b"fsync@", b"posix-rename@"))
    )
    return ", ".join(names) or "no extension that we use"


def _tried(what: Callable[[], object]) -> Refusal | None:
    try:
        what()
    except Refusal as no:
        return no
    return None


def _step(name: str, tried: Refusal | None, said: str, ask: str) -> Step:
    if tried is None:
        return Step(name, "ok", said)
    return Step(
        name,
        "failed",
        f"{said}: {tried}",
        ask if tried.code in (PERMISSION_DENIED, NO_SUCH_FILE) else f"{ask} Or whether his disk is full.",
    )
