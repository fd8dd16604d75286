"""Short texts with Jinja2 in them, as they stand in a profile: paths, header values, small bodies; the same sandbox as templates."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from gateway.formats.template.rendering import LARGEST, sandbox
from gateway.profiles.library import Library

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import ImmutableSandboxedEnvironment


class _NoLibrary:
    """A phrase includes nothing."""

    def names(self, prefix: str) -> list[str]:
        return []

    def read(self, name: str) -> str:
        raise LookupError(name)

    def version(self, name: str) -> str:
        raise LookupError(name)


class PhraseError(ValueError):
    """The phrase cannot be filled in; the sentence says why."""


class Phrases:
    """Fills phrases in; each is compiled once. `written` is how each value is written, such as percent-encoded in a path."""

    def __init__(self, written: Callable[[Any], str] | None = None) -> None:
        self._written = written
        self._environment: ImmutableSandboxedEnvironment | None = None
        self._compiled: dict[str, Template] = {}

    def fill(self, phrase: str, facts: Mapping[str, Any]) -> str:
        """The text. Raises PhraseError for a mistake in the phrase or a fact that is not there."""
        made: list[str] = []
        length = 0
        try:
            for part in self._template(phrase).generate(facts):
                made.append(part)
                length += len(part)
                if length > LARGEST:
                    raise PhraseError(f"becomes longer than {LARGEST} characters")
        except PhraseError:
            raise
        except Exception as error:
            raise PhraseError(str(error)[:200] or type(error).__name__) from error
        return "".join(made)

    def check(self, phrase: str, facts: Collection[str]) -> str | None:
        """What is wrong with a phrase that may name these facts, before it is ever filled in."""
        from jinja2.meta import find_undeclared_variables

        try:
            environment = self._template(phrase).environment
        except PhraseError as error:
            return str(error)
        unknown = sorted(find_undeclared_variables(environment.parse(phrase)) - {*facts, *environment.globals})
        if not unknown:
            return None
        there = f"there is {', '.join(facts)}" if facts else "expected plain text"
        return f"{unknown[0]} is nothing here; {there}"

    def _template(self, phrase: str) -> Template:
        from jinja2 import TemplateError

        found = self._compiled.get(phrase)
        if found is None:
            if self._environment is None:
                library: Library = _NoLibrary()
                environment = sandbox(library)
                if self._written is not None:
                    environment.finalize = self._written
                self._environment = environment
            try:
                found = self._compiled[phrase] = self._environment.from_string(phrase)
            except TemplateError as error:
                raise PhraseError((error.message or type(error).__name__)[:200]) from error
        return found
