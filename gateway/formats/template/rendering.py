"""Renders a document by a Jinja2 template and proves that the text is what its ending says, before anybody writes it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from gateway.edi.finding import Finding, Location
from gateway.formats.template.codes import CODES
from gateway.profiles.library import Library

if TYPE_CHECKING:
    from jinja2.runtime import Context, Undefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

LARGEST = 16_000_000
"""Characters that one document may become."""

KINDS = ("csv", "xml", "json", "txt")

_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_QUOTED = re.compile(r'[,;|\t"\r\n]|^ | $')


@dataclass(frozen=True, slots=True)
class Rendered:
    """What became of a document: the bytes to write, or the findings that say why there are none."""

    content: bytes | None
    extension: str
    findings: tuple[Finding, ...] = ()


class Cell(str):
    """Text that a CSV cell takes as it is."""

    __slots__ = ()


class Templates:
    """The templates of a library by logical name (`mappings/templates/erp-order.csv.j2`), compiled once and again when changed."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._environment: ImmutableSandboxedEnvironment | None = None

    def render(self, name: str, document: Mapping[str, Any]) -> Rendered:
        """The file that the template makes of a document, checked; never raises for what template or document hold."""
        kind = kind_of(name)
        if kind not in KINDS:
            return Rendered(None, kind, (CODES["template-kind"].finding(Location(file=name), name),))
        text, finding = self._text(name, document)
        if finding is None:
            finding = _CHECKS[kind](name, text)
        if finding is not None:
            return Rendered(None, kind, (finding,))
        return Rendered(text.encode(), kind)

    def lint(self, name: str) -> list[Finding]:
        """What is wrong with a template before the first document: its name, its syntax."""
        from jinja2 import TemplateError

        if kind_of(name) not in KINDS:
            return [CODES["template-kind"].finding(Location(file=name), name)]
        try:
            self._ready().get_template(name)
        except TemplateError as error:
            return [_finding(name, error)]
        return []

    def _text(self, name: str, document: Mapping[str, Any]) -> tuple[str, Finding | None]:
        made: list[str] = []
        length = 0
        try:
            for part in self._ready().get_template(name).generate(document=document):
                made.append(part)
                length += len(part)
                if length > LARGEST:
                    return "", CODES["template-too-large"].finding(Location(file=name), limit=LARGEST)
        except Exception as error:  # noqa: BLE001 - a template is code of its author's: whatever it raises is a finding about it
            return "", _finding(name, error)
        text = "".join(made)
        if any("\ud800" <= character <= "\udfff" for character in text):
            return "", CODES["template-failed"].finding(Location(file=name), problem="a value is not text that can be written")
        return text, None

    def _ready(self) -> ImmutableSandboxedEnvironment:
        if self._environment is None:
            self._environment = sandbox(self._library)
        return self._environment


def kind_of(name: str) -> str:
    """What a template makes, by its name: csv of `erp-order.csv.j2`."""
    return name.rpartition("/")[2].removesuffix(".j2").rpartition(".")[2].lower() if name.endswith(".j2") else ""


def cell(value: object, *, exact: bool = False) -> str:
    """A value as one CSV cell: quoted where it must be (RFC 4180); text that a spreadsheet would run gets an apostrophe (ASVS 1.2.10)."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, Cell):
        return text
    if not exact and isinstance(value, str) and text.startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def as_day(value: str, form: str) -> str:
    """A date of a document in another form: `{{ document.date | day("%m/%d/%Y") }}`."""
    return date.fromisoformat(value).strftime(form)


def sandbox(library: Library) -> ImmutableSandboxedEnvironment:
    """Jinja2 for templates: strict, without methods, randomness or texts of a size that one multiplication makes."""
    from jinja2 import FunctionLoader, StrictUndefined, pass_context
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Missing(StrictUndefined):
        """What a document leaves out: may be asked for its parts and given a default, may not be written."""

        __slots__ = ()

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return self

        def __getitem__(self, key: object, /) -> Undefined:  # type: ignore[override] # refused there, allowed here
            return self

    class Bounded(ImmutableSandboxedEnvironment):
        """The sandbox, and no text or number of a size that one multiplication makes."""

        intercepted_binops = frozenset({"*", "**"})

        def getattr(self, obj: Any, attribute: str) -> Any:
            """`line.items` is the line's items, or missing: a document has no methods."""
            if isinstance(obj, dict):
                return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
            return super().getattr(obj, attribute)

        def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
            if operator == "**" or any(isinstance(side, str | list | tuple) for side in (left, right)):
                raise SecurityError(f"{operator} is not for templates" if operator == "**" else "text and lists are not multiplied")
            return super().call_binop(context, operator, left, right)

    @pass_context
    def finished(context: Context, value: object) -> object:
        if kind_of(context.name or "") == "csv" and not isinstance(value, StrictUndefined):
            return cell(value)
        return "" if value is None else value

    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        try:
            text, version = library.read(name), library.version(name)
        except LookupError:
            return None

        def current() -> bool:
            try:
                return library.version(name) == version
            except LookupError:
                return False

        return text, name, current

    environment = Bounded(
        loader=FunctionLoader(load),
        undefined=Missing,
        autoescape=lambda name: kind_of(name or "") == "xml",
        finalize=finished,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        cache_size=100,
    )
    environment.filters["exact"] = lambda value: Cell(cell(value, exact=True))
    environment.filters["day"] = as_day
    # the same document makes the same bytes: nothing random, nothing of Jinja's own texts
    del environment.filters["random"]
    environment.globals.pop("lipsum", None)
    return environment


def _finding(name: str, error: Exception) -> Finding:
    from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError

    if isinstance(error, TemplateNotFound):
        return CODES["template-missing"].finding(Location(file=name), str(error.name or name))
    if isinstance(error, TemplateSyntaxError):
        return CODES["template-syntax"].finding(Location(file=error.name or name, line=error.lineno), problem=error.message)
    file, line = _place(name, error)
    code = "template-undefined" if isinstance(error, UndefinedError) else "template-failed"
    problem = str(error) or type(error).__name__
    return CODES[code].finding(Location(file=file, line=line), problem=problem[:200])


def _place(name: str, error: Exception) -> tuple[str, int | None]:
    """File and line of the template where it failed: Jinja rewrites the traceback to say them."""
    file, line = name, None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith(".j2"):
            file, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    return file, line


def _xml(name: str, text: str) -> Finding | None:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False)
    code = CODES["template-bad-xml"]
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        return code.finding(Location(file=name, line=error.lineno), problem=error.msg or "it cannot be read")
    declared = root.getroottree().docinfo
    if declared.doctype:  # type: ignore[union-attr] # there at run time, not in the stubs
        return code.finding(Location(file=name), problem="it declares a document type, which readers should not trust")
    if (declared.encoding or "UTF-8").upper() not in {"UTF-8", "US-ASCII", "ASCII"}:
        return code.finding(Location(file=name), problem=f"it declares {declared.encoding}, but is written as UTF-8")
    return None


def _csv(name: str, text: str) -> Finding | None:
    """Every cell is wholly quoted or has no quote in it (RFC 4180); the delimiter is the one that the first line uses most."""
    outside = re.sub(r'"[^"]*"', "", text.partition("\n")[0])
    delimiter = re.escape(max(",;\t|", key=outside.count))
    field = re.compile(rf'(?:"[^"]*(?:""[^"]*)*"|[^"{delimiter}\r\n]*)(?:{delimiter}|\r?\n|\r|\Z)')
    at = 0
    while at < len(text):
        found = field.match(text, at)
        if found is None:
            line = text.count("\n", 0, at) + 1
            return CODES["template-bad-csv"].finding(
                Location(file=name), problem=f"a quote stands inside a cell on line {line} of the text made"
            )
        at = found.end()
    return None


def _json(name: str, text: str) -> Finding | None:
    try:
        json.loads(text)
    except ValueError as error:
        return CODES["template-bad-json"].finding(Location(file=name, line=getattr(error, "lineno", None)), problem=str(error))
    return None


def _any(name: str, text: str) -> Finding | None:
    return None


_CHECKS: dict[str, Callable[[str, str], Finding | None]] = {"csv": _csv, "xml": _xml, "json": _json, "txt": _any}
