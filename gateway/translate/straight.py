"""Loops of a known form mapped in straight lines: the compiled rules are run once on stand-ins, and what they did is written down.

A form says which segments a loop has and which of their elements are filled. Then nearly every question that the rules ask
has its answer already; what is left are conversions of values, in a row. The stand-ins answer whether they are there and
nothing else: a rule that asks for a value raises `Asked`, and that element's text becomes part of the form (`Forms.fix`).
A rule that does anything else with a stand-in raises `Crooked`, and loops of that form go the compiled way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from typing import Any

from gateway.formats.tree import Loop, Segment
from gateway.translate.compile import Compiled
from gateway.translate.numbers import EXACT, ONE, extend
from gateway.translate.runtime import Memory

Straight = Callable[..., Any]
"""(context, list to append to, segment, segment ...), segments as matches: appends the item; raises `Crooked` where a value does
not convert."""
Names = list[list[str]]
"""Of each segment of a form, what the straight lines call its values."""


class Crooked(Exception):
    """This loop goes the compiled way."""


class Asked(Crooked):
    """A rule asked what a value is: `place` is its segment's number in the loop and its element."""

    def __init__(self, place: tuple[int, int]) -> None:
        super().__init__(place)
        self.place = place


class Value:
    """Stands for a value that is there and not known; `text` is what the straight lines call it."""

    __slots__ = ("number", "place", "text")

    def __init__(self, text: str, place: tuple[int, int] | None = None, *, number: bool = False) -> None:
        self.text = text
        self.place = place
        self.number = number
        """Whether it is the text of a number."""

    def __eq__(self, other: object) -> bool:
        raise Asked(self.place) if self.place is not None else Crooked

    def __hash__(self) -> int:
        raise Asked(self.place) if self.place is not None else Crooked

    def __bool__(self) -> bool:
        if self.place is None:
            raise Crooked
        return True


class _Memory:
    """A memory of conversions, asked for a stand-in: the lookup is written down."""

    def __init__(self, name: str, memory: Memory, writer: Rehearsal) -> None:
        self.name = name
        self.memory = memory
        self.writer = writer

    def __getitem__(self, value: object) -> Any:
        if isinstance(value, Value):
            if value.number and self.memory.decimals:
                return Value(self.writer.assigned(f"Decimal({value.text})"))
            return self.writer.sure(f"{self.name}[{value.text}]")
        return self.memory[value]  # type: ignore[index]


class _Out(list[Any]):
    """The list that items go into: how long it is, only the lines know."""


class Rehearsal:
    """One run of a compiled list on stand-ins."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.tests: list[str] = []
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {}
        self.named: dict[int, tuple[str, Any]] = {}
        self.lists: dict[str, str] = {}
        """What the lines call the lists that are done."""
        self._count = 0

    def fresh(self) -> str:
        """A name nobody has."""
        self._count += 1
        return f"t{self._count}"

    def sure(self, expression: str) -> Value:
        """What an expression gives; where that is nothing the lines give up."""
        name = self.fresh()
        self.tests.append(f"({name} := {expression}) is None")
        return Value(name)

    def assigned(self, expression: str) -> str:
        """A name for what an expression gives."""
        name = self.fresh()
        self.lines.append(f"    {name} = {expression}")
        return name

    def flush(self) -> None:
        """Writes what must be there so far."""
        if self.tests:
            self.lines.append(f"    if {' or '.join(self.tests)}: raise Crooked")
            self.tests = []

    def called(self, context: object, function: object, rule: object, *arguments: Any) -> Any:
        """A function of fields: called by the lines, where stand-ins are among them."""
        if not any(_holds(argument) for argument in arguments):
            raise Crooked
        simpler = SIMPLER.get(function)  # type: ignore[call-overload]
        if simpler is not None and (found := simpler(*arguments)) is not None:
            self.flush()
            return Value(self.assigned(f"{self.constant(found[0])}({', '.join(map(self.shown, found[1:]))})"))
        shown = []
        for argument in arguments:
            if isinstance(argument, dict):
                self.flush()
                name = self.assigned(self.shown(argument))
                self.named[id(argument)] = name, argument
                shown.append(name)
            else:
                shown.append(self.shown(argument))
        self.flush()
        return self.sure(f"{self.constant(function)}({', '.join(shown)})")

    def length(self, value: Any) -> Any:
        """`len`, but for the list of items."""
        return _Length() if isinstance(value, _Out) else len(value)

    def constant(self, value: object) -> str:
        """A name for a value that source cannot spell."""
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def shown(self, value: Any) -> str:
        """A value as source."""
        if isinstance(value, Value):
            return value.text
        known = self.named.get(id(value))
        if known is not None and known[1] is value:
            return known[0]
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key!r}: {self.shown(inner)}" for key, inner in value.items()) + "}"
        if isinstance(value, list) and any(isinstance(inner, _Done) for inner in value):
            if len(value) > 1:
                raise Crooked
            return self.lists[value[0][0]]
        if isinstance(value, list):
            return "[" + ", ".join(map(self.shown, value)) + "]"
        if value is None or type(value) in (str, int, bool):
            return repr(value)
        return self.constant(value)

    def item(self, function: str, loop: Loop, names: Names) -> Straight:
        """The straight lines of a list's function for one loop. Raises Asked or Crooked."""
        out = _Out()
        self._run(lambda names: names[function]((loop,), Nowhere(), Nowhere(), Nowhere(), out))
        if len(out) != 1:
            raise Crooked
        return self._written(f"out.append({self.shown(out[0])})", ["ctx", "out"], names)

    def level(self, code: str, loop: Loop, names: Names) -> Straight:
        """The straight lines of a level: they append what its rules make of it, and its key. Raises Asked or Crooked."""

        def both(there: dict[str, Any]) -> tuple[Any, Any]:
            return tuple(there[name](loop, Nowhere(), Nowhere()) for name in (f"level_{code}", f"level_{code}_key"))

        row, key = self._run(both)
        return self._written(f"out.append(({self.shown(row)}, {self.shown(key.get('key'))}))", ["ctx", "out"], names)

    def document(self, root: Loop, lists: Sequence[str], names: Names) -> Straight:
        """The straight lines of the document's own fields; those of `lists` that are not empty are arguments. Raises Asked or Crooked."""
        for number, name in enumerate(lists):
            self.lists[name] = f"l{number}"
            root.loops = {**root.loops, name: _Done([name])}  # type: ignore[dict-item]
        body = self._run(lambda names: names["read"](root, Nowhere()))
        return self._written(f"return {self.shown(body)}", ["ctx", *self.lists.values()], names)

    def _run(self, call: Callable[[dict[str, Any]], Any]) -> Any:
        """Runs the compiled mapping with its world exchanged."""
        names = dict(self.compiled.names)
        for name, value in self.compiled.names.items():
            if isinstance(value, Memory):
                names[name] = _Memory(name, value, self)
            elif name in _REFUSED:
                names[name] = _refuse
        names |= {"called": self.called, "len": self.length}
        exec(self.compiled.code, names)  # noqa: S102 - our own generated source, as in compile.py
        for function in self.compiled.whole.values():
            names[function] = _done_or(names[function])
        try:
            return call(names)
        except Crooked:
            raise
        except Exception as error:  # a rule did with a stand-in what only a value can do
            raise Crooked from error

    def _written(self, last: str, arguments: Sequence[str], names: Names) -> Straight:
        self.flush()
        body = [*self.lines, f"    {last}"]
        used = set(_VALUE.findall("\n".join(body)))
        segments = [f"m{number}" for number in range(len(names))]
        taken: list[str] = []
        for segment, own in zip(segments, names, strict=True):
            wanted = [name for name in own if name in used]
            if wanted:
                values = "groups()" if wanted == own else f"group({', '.join(str(own.index(name) + 1) for name in wanted)})"
                taken.append(f"    {', '.join(wanted)}{',' if values == 'groups()' else ''} = {segment}.{values}")
        source = "\n".join([f"def straight({', '.join([*arguments, *segments])}):", *taken, *body])
        there = {**self.compiled.names, "Crooked": Crooked, "Decimal": Decimal, **self.constants}
        exec(compile(source, "<straight>", "exec"), there)  # noqa: S102
        made: Straight = there["straight"]
        return made


_VALUE = re.compile(r"\bv\d+\b")


class _Done(list[str]):
    """The runs of a loop, mapped already."""


def _done_or(function: Callable[..., None]) -> Callable[..., None]:
    """A list's function that takes what is done as it is."""

    def taking(loops: Any, loop: Any, root: Any, context: Any, out: list[Any]) -> None:
        if isinstance(loops, _Done):
            out.append(loops)
        else:
            function(loops, loop, root, context, out)

    return taking


class _Length:
    """How many items there are."""

    def __add__(self, other: int) -> Value:
        return Value(f"len(out) + {other}")


class Nowhere:
    """What a loop of its own must not look at: the loops around it, the context."""

    def __getattr__(self, name: str) -> Any:
        raise Crooked


def _refuse(*_: object) -> Any:
    raise Crooked


def _extended(quantity: Any, price: Any) -> tuple[Any, ...] | None:
    """`extend` of a quantity and a price for each, said so or for nothing else: a product."""
    if not isinstance(quantity, dict) or not isinstance(price, dict):
        return None
    per = price.get("per")
    if "basis" in price if per is None else (per.get("unit") is not None or per.get("quantity") != ONE):
        return None
    factors = quantity.get("value"), price.get("amount")
    return (EXACT.multiply, *factors) if all(isinstance(one, Value) for one in factors) else None


SIMPLER: dict[Callable[..., Any], Callable[..., tuple[Any, ...] | None]] = {extend: _extended}
"""Functions of fields that are less of a form: given their arguments, a function and its own."""

_REFUSED = (
    "slow",
    "missing",
    "ambiguous",
    "ambiguous_loop",
    "pair_incomplete",
    "component",
    "thread",
    "less",
    "same",
    "enclosing",
    "starts",
)
"""What finds fault, or wants more than a stand-in can say."""


def _holds(value: Any) -> bool:
    """Whether a stand-in is a value or in it."""
    if isinstance(value, dict):
        return any(map(_holds, value.values()))
    if isinstance(value, list):
        return any(map(_holds, value))
    return isinstance(value, Value)


def stand_ins(rows: Sequence[tuple[str, Sequence[str | None], Collection[int]]]) -> tuple[list[Segment], Names]:
    """Segments of a form with stand-ins for their values, and the names of these.

    Of each segment its id, its elements (None where there is a value) and which of these are numbers.
    """
    names: Names = []
    segments: list[Any] = []
    count = 0
    for number, (segment, elements, numeric) in enumerate(rows):
        row: list[Any] = [segment]
        names.append([])
        for element, text in enumerate(elements, 1):
            if text is None:
                names[-1].append(f"v{count}")
                count += 1
                row.append(Value(names[-1][-1], (number, element), number=element in numeric))
            else:
                row.append(text)
        segments.append(row)
    return segments, names
