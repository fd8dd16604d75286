"""How values are written in a profile: the base of its models and the small forms (durations, secrets, ids, delimiters)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema
from pydantic_core import PydanticCustomError

from gateway.edi.naming import render_name
from gateway.profiles.terms import OWN_TABLE


class Written(BaseModel):
    """A map as written: unknown keys are mistakes, nothing changes after reading, attribute docstrings reach editors."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, hide_input_in_errors=True)


def expected(what: str) -> PydanticCustomError:
    """The mistake 'is not WHAT'; `gateway.profiles.located` words it with place and value."""
    return PydanticCustomError("wrong_value", "expected {expected}", {"expected": what})


def _form(pattern: str, what: str, convert: Callable[[str], Any] = str) -> tuple[BeforeValidator, WithJsonSchema]:
    compiled = re.compile(pattern)

    def read(value: object) -> Any:
        if isinstance(value, str):
            if not compiled.fullmatch(value):
                raise expected(what)
            return convert(value)
        if isinstance(value, dict | list) or value is None:
            raise PydanticCustomError("string_type", "text", {})
        return value

    return BeforeValidator(read), WithJsonSchema({"type": "string", "pattern": f"^(?:{pattern})$"})


_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def _duration(value: str) -> timedelta:
    return timedelta(seconds=int(value[:-1]) * _SECONDS[value[-1]])


def _expanded(value: str) -> str:
    return chr(int(value, 16)) if len(value) == 4 else value


def _trimmed(value: str) -> str:
    return value.rstrip()


_duration_form = _form(r"[0-9]{1,5}[smhdw]", "a duration such as 30s, 15m, 4h, 90d or 2w", _duration)
Duration = Annotated[timedelta, *_duration_form]
"""30s, 15m, 4h, 90d, 2w."""

_BYTES = {"": 1, "KB": 1000, "MB": 1000**2, "GB": 1000**3, "TB": 1000**4}


def _size(value: str) -> int:
    number = value.rstrip("KMGTB")
    return int(number) * _BYTES[value[len(number) :]]


_size_form = _form(r"[1-9][0-9]{0,14}(?:[KMGT]B)?", "a size such as 500MB or 2GB, or a number of bytes", _size)
Size = Annotated[int, *_size_form]
"""Bytes: 500MB, 2GB, or a number."""

_user_form = _form(r"[a-z_][a-z0-9_-]{0,31}", "a user name of small letters, digits, - and _, at most 32")
UserName = Annotated[str, *_user_form]
"""Who somebody is at a server of ours."""

_key_form = _form(
    r"(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com)"
    r" [A-Za-z0-9+/]{40,4000}={0,2}(?: [^\x00-\x1f\x7f]{0,200})?",
    "a public key on one line as ssh-keygen writes it, such as ssh-ed25519 AAAA... their-name",
)
PublicKey = Annotated[str, *_key_form]
"""A public key as it stands in a .pub file; it is no secret."""

_name_form = _form(r"[a-z0-9][a-z0-9_-]{0,63}", "a short name of small letters, digits, - and _")
Name = Annotated[str, *_name_form]
"""The name of a partner, identity, destination or connection: also the name of its file."""

_LOGICAL_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*"
_logical_form = _form(_LOGICAL_NAME, "a name such as acme/856 or x12/004010/856")
LogicalName = Annotated[str, *_logical_form]
"""A mapping, guide or template by its name in the project, without `mappings/` and `.yaml`."""

_isa_form = _form(
    r"[0-9A-Z]{2}/[\x20-\x7e]{0,14}[\x21-\x7e] *", 'a qualifier and an id of up to 15 characters, such as "01/123456789"', _trimmed
)
IsaId = Annotated[str, *_isa_form]
"""Qualifier and id of an interchange, ISA05/ISA06, such as 01/123456789."""

_gs_form = _form(r"[\x20-\x7e]{1,14}[\x21-\x7e]|[\x21-\x7e]", "an application id of up to 15 characters")
GsId = Annotated[str, *_gs_form]
"""An application id, GS02 or GS03."""

_set_form = _form(r"[0-9]{3}", 'a transaction set of three digits, such as "850"')
SetId = Annotated[str, *_set_form]

_version_form = _form(r"[0-9]{6}[0-9A-Z]{0,6}", 'a version of at least six digits, such as "004010" or "004010VICS"')
Version = Annotated[str, *_version_form]
"""Of GS08; the longest that fits wins, so 004010 takes 004010VICS too where nothing else does."""

_document_form = _form(r"[a-z][a-z0-9_]{2,60}", "a document type such as ship_notice")
DocumentType = Annotated[str, *_document_form]

_delimiter_form = _form(
    r"0x[0-9A-Fa-f]{2}|[^A-Za-z0-9 ]", "one character that is no letter, digit or blank, or its code such as 0x1D", _expanded
)
Delimiter = Annotated[str, *_delimiter_form]

_isa11_form = _form(r"U|0x[0-9A-Fa-f]{2}|[^A-Za-z0-9 ]", "U, or a repetition separator of one character", _expanded)
RepetitionOrU = Annotated[str, *_isa11_form]

_zone_form = _form(r"UTC|[A-Z][A-Za-z_]+(?:/[A-Za-z0-9_+-]+){1,2}", "a time zone such as America/Chicago")
Timezone = Annotated[str, *_zone_form]

_amount_form = _form(r"[0-9]{1,9}(?:\.[0-9]{1,6})?%?", "an amount or percentage such as 0, 0.02 or 0.5%")
Tolerance = Annotated[str, *_amount_form]

_folder_form = _form(r"[^\x00-\x1f]{1,500}", "a path")
FolderPath = Annotated[str, *_folder_form]
"""A folder, relative to the project folder unless absolute."""

_file_pattern_form = _form(r"[^\x00-\x1f/\\]{1,200}", "a file name pattern such as orders-*.csv")
FilePattern = Annotated[str, *_file_pattern_form]

_email_form = _form(r"[^@\s]{1,64}@[^@\s]{1,190}", "a mail address")
Email = Annotated[str, *_email_form]

NAME_FIELDS = ("partner", "set", "form", "control_number", "document_type", "number", "date", "time", "id")
"""What a file name may be made of."""


def _named_by(fields: tuple[str, ...]) -> BeforeValidator:
    def file_name(value: object) -> object:
        if isinstance(value, str):
            try:
                if "/" in value or "\\" in value:
                    raise ValueError
                render_name(value, dict.fromkeys(fields, "x"))
            except ValueError:
                raise expected("a file name that may hold " + ", ".join(f"{{{field}}}" for field in fields)) from None
        return value

    return BeforeValidator(file_name)


DocumentFileName = Annotated[str, _named_by(("partner", "document_type", "number", "id", "key"))]
"""A file name for a document in a folder of ours, such as {document_type}_{number}_{key}; `key` tells any two documents apart."""

FileName = Annotated[str, _named_by(NAME_FIELDS)]
"""A file name to write, such as {set}_{control_number}.edi."""


def _secret(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"env:[A-Za-z_][A-Za-z0-9_]*|file:\S.*", value):
        raise PydanticCustomError("inline_secret", "a secret written out", {})
    return value


Secret = Annotated[str, BeforeValidator(_secret), WithJsonSchema({"type": "string", "pattern": "^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$"})]
"""Where a secret is: env:NAME or file:/path; the secret itself never stands in a file of the project."""


def _url(value: object) -> object:
    if isinstance(value, str):
        if re.match(r"[a-z0-9+]+://[^/@]*:[^/@]*@", value):
            raise PydanticCustomError("inline_secret", "a secret written out", {})
        if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value):
            raise expected("an address such as https://partner.example/edi")
    return value


Url = Annotated[str, BeforeValidator(_url), WithJsonSchema({"type": "string", "pattern": "^https?://"})]


def _host_keys(value: object) -> object:
    said = [value] if isinstance(value, str) else value
    if isinstance(said, list):
        for one in said:
            if isinstance(one, str) and not re.fullmatch(_FINGERPRINT, one):
                raise expected("the fingerprint of a host key such as SHA256:..., with 43 characters after the colon")
        if not said:
            raise expected("at least one fingerprint SHA256:...")
    return said


_FINGERPRINT = r"SHA256:[A-Za-z0-9+/]{43}=?"
HostKeys = Annotated[
    list[str],
    BeforeValidator(_host_keys),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": f"^{_FINGERPRINT}$"},
                {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": f"^{_FINGERPRINT}$"}},
            ]
        }
    ),
]
"""Fingerprints of host keys as `ssh-keygen -l` prints them, one or a list."""

_temporary_form = _form(r"[A-Za-z0-9._-]{0,40}\{name\}[A-Za-z0-9._-]{0,40}", "a name that holds {name}, such as .{name}.part")
TemporaryName = Annotated[str, *_temporary_form]
"""What a file is called while it is written."""

_header_form = _form(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}", "the name of a header, such as X-API-Key")
HeaderName = Annotated[str, *_header_form]

_answer_path_form = _form(r"[^\s.]{1,80}(?:\.[^\s.]{1,80}){0,9}", "a path into the answer such as data.id or items.0.number")
AnswerPath = Annotated[str, *_answer_path_form]
"""Keys and numbers of places, joined by dots, into JSON."""

_table_form = _form(r"[a-z_][a-z0-9_]{0,39}", "small letters, digits and _")
TableName = Annotated[str, *_table_form]

_phrase_form = _form(r"[^\x00]{0,20000}", "text, with {{ }} where something is filled in")
Phrase = Annotated[str, *_phrase_form]
"""Text with Jinja2 in it."""

_url_path_form = _form(r"/[^\x00-\x1f?#]{0,1000}", "a path that begins with / and has no ? (see query), such as /orders/{{ key }}")
UrlPath = Annotated[str, *_url_path_form]
"""The path of a request, with Jinja2 in it."""


def _code_rows(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not re.fullmatch(_LOGICAL_NAME, value):
        raise expected("a map of codes, or the name of a table such as acme/items")
    return {OWN_TABLE: value}


CodeRows = Annotated[
    dict[str, str],
    BeforeValidator(_code_rows),
    WithJsonSchema(
        {"anyOf": [{"type": "object", "additionalProperties": {"type": "string"}}, {"type": "string", "pattern": f"^(?:{_LOGICAL_NAME})$"}]}
    ),
]
"""Rows of a code table, {PC: EA}, or the name of a table of the partner's own."""
