"""Sets made of segments as they were seen before: one expression a segment that proves it clean and takes its values out.

What a partner sends repeats itself: the same segments with the same elements filled, in the same loops, set after set. A
`Variant` is a segment with just these elements filled; its relations need no look any more, because which elements there
are decides them. `Forms` learns variants from sets that the walk found clean, and recognises later sets by them; whatever
it does not recognise goes the whole way. The walk decides what is right; nothing here does.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.formats.x12 import semantics
from gateway.formats.x12.conformance import Compiled, compiled
from gateway.formats.x12.envelope import Delimiters, TransactionSet
from gateway.formats.x12.grammar import Grammar
from gateway.formats.x12.patterns import long_codes, plain_element, trie
from gateway.profiles.guide import Guide, SegmentGuide

SEEN = 12
"""Segments of one form after which it gets an expression: making one costs as much as a hundred of them."""
VARIANTS = 400
"""Of one guide; what comes after them goes the whole way."""
FORMS = 4000
"""Forms that are counted."""
RELEARNT = 8
"""Times that new codes are built into one variant's expression."""
_SUMMED = ("SDQ",)
"""Segments whose values the walk adds up: sets that have them are for it."""
LESSONS = 3000
"""Sets from which something is learnt."""

RUNS = 10_000
"""Forms of runs that are known at a time."""


class Variant:
    """A segment at one place of the guide with certain elements filled: `match(raw).groups()` are its values.

    `elements` are the elements in order: '' where empty, the text where it is part of the form, None where it is a value.
    """

    __slots__ = ("after", "at", "elements", "inside", "match", "relearnt", "run")

    def __init__(self, at: int, elements: tuple[str | None, ...], run: str | None, *, opens: bool) -> None:
        self.at = at
        self.elements = elements
        self.run = run
        """The loop in whose runs it stands."""
        self.inside = run is not None and not opens
        self.relearnt = 0
        self.match = re.compile("(?!)").match
        self.after: dict[int, list[Variant]] = {}
        """What may come next, by how many separators it has; shared by all variants of a place."""


@dataclass(slots=True)
class Form:
    """Segments as they came before: one occurrence of a repeated loop, or what of a set stands in none."""

    variants: tuple[Variant, ...]
    within: bool
    """Whether nothing stands in it more often than the guide allows."""
    quantity: int | str
    """What a hash total adds up of a run: the number of a value, or the text that is part of the form ('' for nothing).
    Of what stands in no run, the row that says the total."""
    often: int = 0
    """How often whoever maps it has seen it."""
    mapped: Any = None
    """Whatever he knows of it."""
    fits: bool = False
    """Whether a document with it was found to be as its model says."""

    @property
    def places(self) -> list[int]:
        """Where in the guide its segments stand."""
        return [variant.at for variant in self.variants]


Run = tuple[Form, list[str], int, int]
"""A form, its values, and where it stands in the set: from and to which segment."""


@dataclass(slots=True)
class Recognised:
    """A set that is clean, taken apart: its head and tail as one run, the runs of its repeated loops by name."""

    head: Form
    """What stands in no run."""
    rows: list[str]
    values: list[str]
    runs: dict[str, list[Run]]


@dataclass(frozen=True, slots=True)
class _Sums:
    """What a set's totals count and add up, where that is the first segment of a run."""

    head: str
    """The loop whose runs are counted."""
    element: int
    totals: frozenset[int]
    """Places of CTT."""
    counted: frozenset[int]
    """Places of the counted segment."""
    simple: bool
    """Whether counting runs and adding up a value of each is all there is to it."""

    @classmethod
    def of(cls, guide: Guide, grammar: Grammar, runs: frozenset[str]) -> _Sums | None:
        known = semantics.COUNTED.get(guide.set)
        if known is None:
            return None
        segment, element = known
        places = grammar.places.get(segment, frozenset())
        tops = {p.loops[0][0].name for at in places if (p := grammar.positions[at]).loops and p.loops[0][1] == at}
        simple = len(places) == 1 and len(tops) == 1 and tops <= runs and segment != "HL"
        return cls(next(iter(tops), ""), element, grammar.places.get("CTT", frozenset()), places, simple)


class Forms:
    """What was learnt of the sets of one guide with one set of delimiters; `runs` are the loops of the set that repeat.

    `fixed` are the elements whose text belongs to the form, by place: what rules look at.
    """

    def __init__(self, guide: Guide, compiled: Compiled, runs: Collection[str], seen: int = SEEN) -> None:
        self.guide = guide
        self.compiled = compiled
        self.grammar: Grammar = compiled.grammar
        self.runs = frozenset(runs)
        self.separator = compiled.delimiters.element
        self.variants = 0
        self.fixed: dict[int, set[int]] = {}
        self.lessons = 0
        self.seen = seen
        self._by_form: dict[tuple[int, tuple[str | None, ...]], Variant] = {}
        self._counts: dict[tuple[int, tuple[str | None, ...]], int] = {}
        self._codes: dict[tuple[int, tuple[str | None, ...]], dict[int, set[str]]] = {}
        self._after: dict[int, dict[int, list[Variant]]] = {}
        self._runs: dict[tuple[Variant, ...], Form] = {}
        self._heads: dict[tuple[Variant | str, ...], Form] = {}
        tops = [position.loops[0] if position.loops else None for position in self.grammar.positions]
        self._run = [top[0].name if top is not None and top[0].name in self.runs else None for top in tops]
        self._sums = _Sums.of(guide, self.grammar, self.runs)
        self._opens = [top is not None and at == top[1] for at, top in enumerate(tops)]

    @property
    def able(self) -> bool:
        """Whether sets of this guide can be recognised at all: no rules beyond what an expression and the walk's table say."""
        return not self.guide.required and not self.grammar.alternatives

    # -- to recognise -------------------------------------------------------------------------------------------------

    def recognise(self, found: TransactionSet) -> Recognised | None:
        """The set taken apart; None where the walk must look. Fills its guide and verdict as the walk does, but no trace."""
        if not self.variants or found.findings or found.position != 1 or not found.last:
            return None
        segments, separator = found.segments, self.separator
        after = self._after.get(-1, {})
        head: list[Variant | str] = []
        rows: list[str] = []
        head_values: list[str] = []
        runs: dict[str, list[Run]] = {}
        name: str | None = None
        """Of the loop whose run is open."""
        start = 0
        open_: list[Variant] = []
        values: list[str] = []
        for index, raw in enumerate(segments):
            for variant in after.get(raw.count(separator), ()):
                match = variant.match(raw)
                if match is not None:
                    break
            else:
                return None
            after = variant.after
            if variant.inside:
                open_.append(variant)
                values += match.groups()
                continue
            if name is not None:
                form = self._runs.get(tuple(open_)) or self._form_of(tuple(open_))
                if not form.within:
                    return None
                runs[name].append((form, values, start, index))
            run = variant.run
            if run is None:
                name = None
                head.append(variant)
                rows.append(raw)
                head_values += match.groups()
                continue
            if run != name:
                name = run
                if name in runs:
                    return None  # the loop again after another one: nothing that a guide allows twice
                runs[name] = []
                head.append(name)
            start, open_, values = index, [variant], [*match.groups()]
        form = self._heads.get(tuple(head)) or self._head_of(tuple(head))
        if name is not None or not form.within:
            return None
        limits = self.grammar.limits
        for inside in runs.values():
            if len(inside) > limits[inside[0][0].variants[0].at]:
                return None
        taken = Recognised(form, rows, head_values, runs)
        if not (self._adds_up(taken) if self._sums is None or self._sums.simple else self._holds_together(found, taken)):
            return None
        found.plain = True
        found.guide = self.guide.label
        return taken

    def _head_of(self, head: tuple[Variant | str, ...]) -> Form:
        """What stands in no run, as it was not seen before."""
        variants = tuple(one for one in head if isinstance(one, Variant))
        places = [variant.at for variant in variants]
        totals = self._sums.totals if self._sums is not None else ()
        total = next((n for n in range(len(places) - 1, -1, -1) if places[n] in totals), "")
        if len(self._heads) >= RUNS:
            self._heads.clear()
        form = self._heads[head] = Form(variants, self._counted(places), total)
        return form

    def _form_of(self, variants: tuple[Variant, ...]) -> Form:
        """A run that was not seen before."""
        quantity: int | str = ""
        if self._sums is not None and variants[0].run == self._sums.head and len(variants[0].elements) >= self._sums.element:
            elements = variants[0].elements
            text = elements[self._sums.element - 1]
            quantity = elements[: self._sums.element - 1].count(None) if text is None else text
        if len(self._runs) >= RUNS:
            self._runs.clear()
        form = self._runs[variants] = Form(variants, self._counted([variant.at for variant in variants]), quantity)
        return form

    def _adds_up(self, taken: Recognised) -> bool:
        """Whether a set that says how many lines it has, and what their quantities add up to, says so rightly."""
        row = taken.head.quantity
        if self._sums is None or not isinstance(row, int):
            return True
        lines = taken.runs.get(self._sums.head, ())
        said = taken.rows[row].split(self.separator)
        numbers: list[str] = []
        if len(said) > 2:
            for form, values, _, _ in lines:
                quantity = form.quantity
                number = values[quantity] if isinstance(quantity, int) else quantity
                if number:
                    numbers.append(number)
        return semantics.agrees(said, len(lines), numbers)

    def _holds_together(self, found: TransactionSet, taken: Recognised) -> bool:
        """Whether levels and sums are right, as the walk looks at them."""
        trace = [-1] * len(found.segments)
        for runs in taken.runs.values():
            for form, _, start, end in runs:
                trace[start:end] = form.places
        head = iter(taken.head.places)
        sums = semantics.For(self.guide.set, found)
        sums.feed(found.segments, [next(head) if at < 0 else at for at in trace], self.grammar)
        return not any(True for _ in sums.findings(None))

    def _counted(self, trace: Sequence[int]) -> bool:
        """The walk's own counts, over some of its places."""
        if len(set(trace)) == len(trace):
            return True
        counts = dict.fromkeys(trace, 0)
        for at in trace:
            counts[at] += 1
            if counts[at] > self.grammar.limits[at]:
                return False
            for inner in range(at + 1, self.grammar.ends[at]):
                if inner in counts:
                    counts[inner] = 0
        return True

    # -- to learn -----------------------------------------------------------------------------------------------------

    def learn(self, found: TransactionSet, trace: list[int]) -> None:
        """Takes a set that the walk found clean, and where it found each segment, as a lesson."""
        if self.lessons >= LESSONS or not found.plain or found.findings or -1 in trace:
            return
        self.lessons += 1
        for raw, at in zip(found.segments, trace, strict=True):
            elements = raw.split(self.separator)
            form = self._form(at, elements)
            variant = self._by_form.get(form)
            if variant is not None:
                if variant.match(raw) is None:
                    self._relearn(variant, form, elements)
                continue
            count = self._counts.get(form, 0) + 1
            if count == 1 and len(self._counts) >= FORMS:
                continue
            self._counts[form] = count
            self._note(form, elements)
            if count >= self.seen and self.variants < VARIANTS:
                self._make(form)

    def fix(self, at: int, element: int) -> None:
        """An element's text at a place is part of the form from now on: variants of that place are learnt anew."""
        self.fixed.setdefault(at, set()).add(element)
        for form in [form for form in (*tuple(self._by_form), *tuple(self._counts)) if form[0] == at]:
            self._by_form.pop(form, None)
            self._counts.pop(form, None)
            self._codes.pop(form, None)
        for rows in tuple(self._after.values()):  # other threads may add to both meanwhile
            for count, variants in tuple(rows.items()):
                rows[count] = [variant for variant in variants if variant.at != at]

    def _segment(self, at: int) -> SegmentGuide:
        return self.grammar.positions[at].node.segment

    def _form(self, at: int, elements: list[str]) -> tuple[int, tuple[str | None, ...]]:
        fixed = self.fixed.get(at)
        if fixed:
            return at, tuple((text if n in fixed else None) if text else "" for n, text in enumerate(elements[1:], 1))
        return at, tuple([None if text else "" for text in elements[1:]])

    def _note(self, form: tuple[int, tuple[str | None, ...]], elements: list[str]) -> bool:
        """The codes of long lists that stand in a segment; whether one is new."""
        codes = self._codes.setdefault(form, {})
        fresh = False
        for position, slot in enumerate(self._segment(form[0]).slots[: len(elements) - 1], 1):
            if elements[position] and long_codes(slot) is not None:
                seen = codes.setdefault(position, set())
                fresh = fresh or elements[position] not in seen
                seen.add(elements[position])
        return fresh

    def _make(self, form: tuple[int, tuple[str | None, ...]]) -> None:
        at, elements = form
        if self._segment(at).id in _SUMMED:
            return
        variant = Variant(at, elements, self._run[at], opens=self._opens[at])
        variant.match = re.compile(self._expression(form)).match
        self.variants += 1
        self._by_form[form] = variant
        variant.after = self._following(at)
        before = [state for state in range(len(self.grammar.positions)) if at in self.grammar.state(state).values()]
        for state in (*before, *((-1,) if at == 0 else ())):
            self._following(state).setdefault(len(elements), []).append(variant)

    def _following(self, state: int) -> dict[int, list[Variant]]:
        return self._after.setdefault(state, {})

    def _relearn(self, variant: Variant, form: tuple[int, tuple[str | None, ...]], elements: list[str]) -> None:
        if variant.relearnt < RELEARNT and self._note(form, elements):
            variant.relearnt += 1
            if variant.relearnt == RELEARNT:  # ever new codes: all of them
                slots = self._segment(form[0]).slots
                self._codes[form] = {position: set(long_codes(slots[position - 1]) or ()) for position in self._codes[form]}
            variant.match = re.compile(self._expression(form)).match

    def _expression(self, form: tuple[int, tuple[str | None, ...]]) -> str:
        at, elements = form
        segment, delimiters = self._segment(at), self.compiled.delimiters
        parts = [re.escape(segment.id)]
        for position, text in enumerate(elements, 1):
            if text is None:
                seen = self._codes.get(form, {}).get(position)
                inside = trie(sorted(seen)) if seen else plain_element(segment, position, delimiters)
                parts.append(f"({inside})")
            else:
                parts.append(re.escape(text))
        return re.escape(delimiters.element).join(parts) + "\\Z"


_KEPT = 32
_FORMS: OrderedDict[tuple[str, str, Delimiters], Forms | None] = OrderedDict()


def forms_of(guide: Guide, delimiters: Delimiters) -> Forms | None:
    """What was learnt in this process of a guide's sets, whatever is then done with them; None for guides that cannot be learnt."""
    key = (guide.name, guide.digest, delimiters)
    if key not in _FORMS:
        made = compiled(guide, delimiters)
        loops = {p.opens.name for p in made.grammar.positions if p.opens is not None and len(p.loops) == 1 and p.opens.max > 1}
        forms = Forms(guide, made, loops)
        _FORMS[key] = forms if forms.able else None
        if len(_FORMS) > _KEPT:
            _FORMS.popitem(last=False)
    else:
        _FORMS.move_to_end(key)
    return _FORMS[key]
