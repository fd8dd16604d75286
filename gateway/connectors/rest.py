"""Any REST interface as one of our own systems, as a profile declares it: what is asked, and which answer means what.

Only an answer that says yes in the declared form is a yes. A login page with 200, JSON that is cut off or an answer that
never came leave open what happened, and then it is looked up before anything is posted again.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from gateway.calling import Answer, Caller, Lost, Pace
from gateway.connectors.reading_answers import NOTHING, as_json, as_text, at, reason, said
from gateway.connectors.tokens import Credentials
from gateway.formats.template.phrases import PhraseError, Phrases
from gateway.ports import OurDocument, OutcomeUnknown, Posting, Refused, Unavailable
from gateway.profiles.destination import Call, Create, Find, Limits, Rest

_TYPES = {"json": "application/json", "xml": "application/xml", "csv": "text/csv", "txt": "text/plain; charset=utf-8"}
_LATER = (401, 403, 407, 408, 421, 423, 425, 429, 503)
"""Nothing happened, and it may work later: who we are is not right yet, a lock, a limit, a restart."""

_SETTLED = 60.0
"""Seconds after a lost answer in which finding nothing proves nothing."""


class RestConnector:
    """Posts each document as one call, after it has asked whether it stands there already.

    Without a declared `find` it is posted at most once: where the outcome is unknown, a person looks and decides.
    """

    def __init__(
        self,
        name: str,
        rest: Rest,
        secrets: Callable[[str], str],
        *,
        production: bool = False,
        project: Path | None = None,
        caller: Caller | None = None,
    ) -> None:
        self.name = name
        self.production = production
        self._rest = rest
        authority = None if rest.authority is None else str((project or Path()) / rest.authority)
        self._caller = caller or Caller(name, pace_of(rest.limits), authority)
        self._credentials = Credentials(rest.auth, secrets, self._caller)
        self._paths = Phrases(_encoded)
        self._phrases = Phrases()
        self._lock = threading.Lock()
        self._lost: dict[str, float] = {}
        """When the answer to a post was lost, by effect key."""

    def find(self, effect_key: str) -> str | None:
        """Its reference for what was posted under the key; Refused where the profile declares no way to ask."""
        if self._rest.find is None:
            raise Refused(
                f"nobody knows whether {self.name} has it, and its profile declares no `find`; look there, then discard it or reprocess it"
            )
        return self._found(self._rest.find, effect_key)

    def create(self, posting: Posting) -> str:
        """Post it, unless it is found; what is neither a yes nor a no is OutcomeUnknown."""
        how = self._rest.creates.get(posting.document_type, self._rest.create)
        call = self._prepared(how, _facts(posting), posting)
        if self._rest.find is not None:
            found = self._found(self._rest.find, posting.effect_key)
            if found is not None:
                return found
        try:
            answer = self._asked(how.method, call)
        except Lost as error:
            self._lost_one(posting.effect_key)
            raise OutcomeUnknown(f"{self.name} {error}") from error
        return self._judged(how, answer, posting.effect_key)

    def read(self, after: str | None, limit: int = 100) -> list[OurDocument]:
        """What it wants sent; nothing where the profile declares no way to ask."""
        how = self._rest.read
        if how is None:
            return []
        listed = at(self._got(how, {"after": after or "", "limit": limit}), how.items)
        if not isinstance(listed, list):
            raise Unavailable(f"{self.name} gave no list of what it wants sent")
        found: list[OurDocument] = []
        for item in listed:
            cursor, document = as_text(at(item, how.cursor)), at(item, how.document)
            if cursor is None or document is NOTHING:
                raise Unavailable(f"{self.name} gave something to be sent without {how.cursor if cursor is None else how.document}")
            kind = as_text(at(item, how.document_type)) or ""
            found.append(OurDocument(cursor, kind, json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()))
        cursors = [document.cursor for document in found]
        if after in cursors:  # it begins at the cursor, not behind it
            found = found[cursors.index(after) + 1 :]
        return found[:limit]

    def close(self) -> None:
        """Let go of the connections."""
        self._caller.close()

    def _found(self, how: Find, effect_key: str) -> str | None:
        facts = _key_facts(effect_key)
        told = self._got(how, facts, how.none)
        if told is NOTHING:
            self._settles(how, effect_key)
            return None
        listed = at(told, how.items) if how.items is not None else [told]
        if not isinstance(listed, list):
            raise Unavailable(f"{self.name} did not say whether it has {effect_key}: there is no list at {how.items}")
        ours = self._filled(self._phrases, how.equals, facts, "find.equals")
        for item in listed:
            key = at(item, how.key)
            if key is not NOTHING and said(key) == ours:
                reference = as_text(at(item, how.reference))
                if reference is None:
                    raise Unavailable(f"{self.name} has {effect_key} and does not say its reference at {how.reference}")
                return reference
        if listed:  # a filter that is ignored, or a list that goes on: neither proves that it is not there
            raise Unavailable(f"{self.name} was asked for {effect_key} and gave others; no {how.key} of them is this one")
        self._settles(how, effect_key)
        return None

    def _lost_one(self, effect_key: str) -> None:
        now, longest = self._caller.clock(), 3600.0
        with self._lock:
            self._lost = {key: at for key, at in self._lost.items() if now - at < longest} | {effect_key: now}

    def _settles(self, how: Find, effect_key: str) -> None:
        """Raise Unavailable while a call whose answer was lost may still be at work there, and nothing found proves nothing."""
        with self._lock:
            lost = self._lost.get(effect_key)
        settled = how.settled.total_seconds() if how.settled is not None else _SETTLED
        if lost is not None and (left := lost + settled - self._caller.clock()) > 0:
            raise Unavailable(f"{self.name} does not have {effect_key} yet and may still be busy with it", left)

    def _got(self, how: Call, facts: dict[str, Any], none: list[int] | None = None) -> Any:
        """The JSON of an answer to a question; NOTHING for a status that says there is none. Raises Unavailable for all else."""
        try:
            answer = self._asked("GET", self._prepared(how, facts))
        except Lost as error:
            raise Unavailable(f"{self.name} {error}") from error
        if none and answer.status in none:
            return NOTHING
        told = as_json(answer) if answer.status == 200 else NOTHING
        if told is NOTHING:
            self._resting(answer)
            raise Unavailable(f"{self.name} does not answer what was asked: {_unread(answer)}", answer.retry_after())
        return told

    def _judged(self, how: Create, answer: Answer, effect_key: str) -> str:
        told = as_json(answer)
        match _meaning(how, answer, told):
            case "accepted":
                reference = as_text(at(told, how.reference))
                if reference is not None:
                    return reference
                raise OutcomeUnknown(f"{self.name} answered without {how.reference}: {_unread(answer)}")
            case "exists":
                found = self._found(self._rest.find, effect_key) if self._rest.find is not None else as_text(at(told, how.reference))
                if found is not None:
                    return found
                raise Refused(f"{self.name} says it is there already, and does not have it under its key: {reason(answer, how.reason)}")
            case "refused":
                raise Refused(f"{self.name} refused it: {reason(answer, how.reason)}")
            case "unavailable":
                self._resting(answer)
                raise Unavailable(f"{self.name} does not take it now: {reason(answer, how.reason)}", answer.retry_after())
        raise OutcomeUnknown(f"{self.name} does not say what became of it: {_unread(answer)}")

    def _resting(self, answer: Answer) -> None:
        asked = answer.retry_after()
        if asked and answer.status in (429, 503):
            self._caller.rest(asked)

    def _asked(self, method: str, call: tuple[str, list[tuple[str, str]], bytes]) -> Answer:
        """The answer; with a fresh token where the kept one is no longer good, for a 401 did nothing."""
        url, headers, content = call
        answer = self._caller.call(method, url, [*headers, *self._credentials.headers()], content)
        if answer.status == 401 and self._credentials.renewed():
            answer = self._caller.call(method, url, [*headers, *self._credentials.headers()], content)
        return answer

    def _prepared(self, how: Call, facts: dict[str, Any], posting: Posting | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Address, headers and body. Raises Refused where the profile's phrases cannot be filled in."""
        path = self._filled(self._paths, how.path, facts, "path")
        if any(step in (".", "..") for step in path.split("/")):
            raise Refused(f"a call of {self.name} cannot be made: its path would be {path}")
        query = [(name, self._filled(self._phrases, text, facts, f"query.{name}")) for name, text in how.query.items()]
        headers = {"accept": "application/json", "accept-encoding": "identity", "user-agent": "edi-gateway"}
        content = b""
        if isinstance(how, Create) and posting is not None:
            content = posting.content if how.body is None else self._filled(self._phrases, how.body, facts, "body").encode()
            headers["content-type"] = how.content_type or _TYPES.get(posting.extension, "application/octet-stream")
            if self._rest.idempotency_header is not None:
                headers[self._rest.idempotency_header.lower()] = facts["digest"]
        for name, text in {**self._rest.headers, **how.headers}.items():
            value = self._filled(self._phrases, text, facts, f"headers.{name}")
            if not (value.isascii() and value.isprintable()):
                raise Refused(f"a call of {self.name} cannot be made: header {name} would hold what no header can")
            headers[name.lower()] = value
        return self._rest.url.rstrip("/") + path + (f"?{urlencode(query)}" if query else ""), list(headers.items()), content

    def _filled(self, phrases: Phrases, phrase: str, facts: dict[str, Any], where: str) -> str:
        try:
            made = phrases.fill(phrase, facts)
            made.encode()
        except (PhraseError, UnicodeEncodeError) as error:
            raise Refused(f"a call of {self.name} cannot be made: {where}: {error}") from error
        return made


def pace_of(limits: Limits) -> Pace:
    """The limits of a profile, in seconds."""
    usual = Pace(limits.at_once, limits.per_minute)
    if limits.deadline is not None:
        usual = replace(usual, deadline=limits.deadline.total_seconds())
    return usual if limits.connect is None else replace(usual, connect=limits.connect.total_seconds())


def _meaning(how: Create, answer: Answer, told: Any) -> str:
    for rule in how.answers:
        if rule.status and answer.status not in rule.status:
            continue
        value = at(told, rule.path) if rule.path is not None else None
        if value is not NOTHING and (rule.equals is None or said(value) == rule.equals):
            return rule.means
    if answer.status in how.accepted:
        return "accepted"
    if answer.status in _LATER:
        return "unavailable"
    if answer.status == 409:
        return "exists"
    # other 2xx, redirects to a login and 5xx say nothing of what became of it: a gateway's 502 or 504 hides a commit
    return "refused" if 400 <= answer.status < 500 else "unknown"


def _unread(answer: Answer) -> str:
    if as_json(answer) is NOTHING:
        kind = answer.headers.get("content-type", "").partition(";")[0].strip()
        return f"status {answer.status}, and no JSON" + (f" but {kind[:40]}" if kind.isprintable() and kind else "")
    return reason(answer, None)


def _encoded(value: object) -> str:
    """As one step of a path (RFC 3986)."""
    return "" if value is None else quote(str(value), safe="")


def _key_facts(effect_key: str) -> dict[str, Any]:
    return {"key": effect_key, "digest": hashlib.sha256(effect_key.encode("utf-8", "surrogatepass")).hexdigest()[:40]}


def _facts(posting: Posting) -> dict[str, Any]:
    try:
        document = json.loads(posting.content)
    except ValueError:
        document = None  # a template made it something else
    return {
        **_key_facts(posting.effect_key),
        "id": posting.document,
        "document_type": posting.document_type,
        "partner": posting.partner,
        "number": posting.business_key,
        "revision": posting.revision,
        "document": document,
    }
