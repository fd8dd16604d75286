"""Sets made of segments as they were seen before: one expression a segment that proves it clean and takes its values out.

What a partner sends repeats itself: the same segments with the same elements filled, in the same loops, set after set. A
`Variant` is a segment with just these elements filled; its relations need no look any more, because which elements there
are decides them. `Forms` learns variants from sets that the walk found clean, and recognises later sets by them; whatever
it does not recognise goes the whole way. The walk decides what is right; nothing here does.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence

from gateway.formats.x12.conformance import Compiled, compiled
from gateway.formats.x12.envelope import Delimiters, TransactionSet
from gateway.formats.x12.form import Form, Match, Recognised, Run, Variant
from gateway.formats.x12.grammar import Grammar
from gateway.formats.x12.patterns import long_codes, plain_element, trie
from gateway.formats.x12.sums import Sums
from gateway.profiles.guide import Guide, SegmentGuide

SEEN = 12
"""Segments of one form after which it gets an expression: making one costs as much as a hundred of them."""
VARIANTS = 400
"""Of one guide; what comes after them goes the whole way."""
FORMS = 4000
"""Forms that are counted."""
RELEARNT = 8
"""Times that new codes are built into one variant's expression."""
LESSONS = 3000
"""Sets from which something is learnt."""

RUNS = 10_000
"""Forms of runs that are known at a time."""
STEPS = 50_000
"""Steps inside runs that are known at a time."""


class _Step(dict[int, list[tuple[Callable[[str], Match | None], "_Step"]]]):
    """A segment after those before it in its run: what may come next, by how many separators it has.

    Filled as sets are read, so that the way through a run ends at its form. Steps are only ever a shorter way to what the
    variants say: all of them may be forgotten at any time, and another thread that is on one reads on.
    """

    __slots__ = ("before", "form", "forms", "inside", "run", "variant")

    def __init__(self, forms: Forms, variant: Variant | None, before: _Step | None) -> None:
        super().__init__()
        self.forms = forms
        self.variant = variant
        self.before = before
        """In its run."""
        self.run = variant.run if variant is not None else None
        self.inside = variant is not None and variant.inside
        self.form: Form | None = None
        """Of a run that ends here."""

    def __missing__(self, count: int) -> list[tuple[Callable[[str], Match | None], _Step]]:
        after = self.forms.after(self.variant, count)
        found: list[tuple[Callable[[str], Match | None], _Step]] = [(variant.match, self.forms.step(variant, self)) for variant in after]
        if found:
            self[count] = found
        return found

    def path(self) -> tuple[Variant, ...]:
        """The run up to here."""
        found: list[Variant] = []
        here: _Step | None = self
        while here is not None and here.variant is not None:
            found.append(here.variant)
            here = here.before
        return tuple(reversed(found))


class _Head(dict["Variant | str | None", "_Head"]):
    """The way through what stands in no run: by segments and the names of loops."""

    __slots__ = ("before", "form", "forms", "last")

    def __init__(self, forms: Forms, last: Variant | str | None = None, before: _Head | None = None) -> None:
        super().__init__()
        self.forms = forms
        self.last = last
        self.before = before
        self.form: Form | None = None

    def __missing__(self, following: Variant | str | None) -> _Head:
        self.forms.made()
        self[following] = found = _Head(self.forms, following, self)
        return found

    def order(self) -> tuple[Variant | str, ...]:
        """The segments and loops up to here."""
        found: list[Variant | str] = []
        here: _Head | None = self
        while here is not None and here.last is not None:
            found.append(here.last)
            here = here.before
        return tuple(reversed(found))


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
        self._forget()
        tops = [position.loops[0] if position.loops else None for position in self.grammar.positions]
        self._run = [top[0].name if top is not None and top[0].name in self.runs else None for top in tops]
        self.sums = Sums(guide, self.grammar, self.runs, self.separator)
        self._opens = [top is not None and at == top[1] for at, top in enumerate(tops)]

    @property
    def able(self) -> bool:
        """Whether sets of this guide can be recognised at all: where a segment stands must not hang on the one behind it."""
        return not self.grammar.alternatives

    # -- to recognise -------------------------------------------------------------------------------------------------

    def recognise(self, found: TransactionSet) -> Recognised | None:
        """The set taken apart; None where the walk must look. Fills its guide and verdict as the walk does, but no trace."""
        if not self.variants or found.findings or found.position != 1 or not found.last:
            return None
        separator = self.separator
        step, head = self._first, self._top
        rows: list[Match] = []
        runs: dict[str, list[Run]] = {}
        name: str | None = None
        """Of the loop whose run is open."""
        several: list[Run] = []
        run: list[Match] = []
        summed = False
        for raw in found.segments:
            for match, following in step[raw.count(separator)]:  # noqa: B007 - that of the one that fits
                segment = match(raw)
                if segment is not None:
                    break
            else:
                return None
            if following.inside:
                run.append(segment)
                step = following
                continue
            if name is not None:
                form = step.form or self._form_of(step)
                if not form.within:
                    return None
                summed = summed or form.summed
                several.append((form, run))
            step = following
            if following.run is None:
                name = None
                head = head[following.variant]
                rows.append(segment)
                continue
            if following.run != name:
                name = following.run
                if name in runs:
                    return None  # the loop again after another one: nothing that a guide allows twice
                runs[name] = several = []
                head = head[name]
            run = [segment]
        form = head.form or self._head_of(head)
        if name is not None or not form.within:
            return None
        limits = self.grammar.limits
        for several in runs.values():
            if len(several) > limits[several[0][0].variants[0].at]:
                return None
        taken = Recognised(form, rows, runs)
        if (summed or not self.sums.quickly(taken)) and not self.sums.thoroughly(found, taken):
            return None
        found.plain = True
        found.guide = self.guide.label
        return taken

    def after(self, variant: Variant | None, count: int) -> Sequence[Variant]:
        """What may come after a segment (None: where the set begins) that has so many separators."""
        following = self._after.get(-1, {}) if variant is None else variant.after
        return following.get(count, ())

    def step(self, variant: Variant, before: _Step) -> _Step:
        """The step to a segment: those inside a run stand behind the ones before them, others for themselves."""
        if variant.inside:
            self.made()
            return _Step(self, variant, before)
        known = self._alone.get(variant)
        if known is None:
            known = self._alone[variant] = _Step(self, variant, None)
        return known

    def made(self) -> None:
        """Counts a step, and begins anew where there are too many."""
        self._steps += 1
        if self._steps > STEPS:
            self._forget()

    def _forget(self) -> None:
        """Steps are made anew, as variants are from now on."""
        self._alone: dict[Variant, _Step] = {}
        self._first = _Step(self, None, None)
        self._top = _Head(self)
        self._steps = 0

    def _head_of(self, head: _Head) -> Form:
        """What stands in no run, as it was not seen before, or not since steps were forgotten."""
        order = head.order()
        form = self._heads.get(order)
        if form is None:
            variants = tuple(one for one in order if isinstance(one, Variant))
            places = [variant.at for variant in variants]
            total = next((n for n in range(len(places) - 1, -1, -1) if places[n] in self.sums.totals), "")
            if len(self._heads) >= RUNS:
                self._heads.clear()
            form = self._heads[order] = Form(variants, self._counted(places), False, total, order)
        head.form = form
        return form

    def _form_of(self, step: _Step) -> Form:
        """A run that was not seen before, or not since steps were forgotten."""
        variants = step.path()
        form = self._runs.get(variants)
        if form is None:
            if len(self._runs) >= RUNS:
                self._runs.clear()
            places = [variant.at for variant in variants]
            form = self._runs[variants] = Form(variants, self._counted(places), *self.sums.of_run(variants))
        step.form = form
        return form

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
        self._forget()

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
        variant = Variant(at, elements, self._run[at], opens=self._opens[at])
        variant.match = re.compile(self._expression(form)).match
        self.variants += 1
        self._by_form[form] = variant
        variant.after = self._following(at)
        before = [state for state in range(len(self.grammar.positions)) if at in self.grammar.state(state).values()]
        for state in (*before, *((-1,) if at == 0 else ())):
            self._following(state).setdefault(len(elements), []).append(variant)
        self._forget()

    def _following(self, state: int) -> dict[int, list[Variant]]:
        return self._after.setdefault(state, {})

    def _relearn(self, variant: Variant, form: tuple[int, tuple[str | None, ...]], elements: list[str]) -> None:
        if variant.relearnt < RELEARNT and self._note(form, elements):
            variant.relearnt += 1
            if variant.relearnt == RELEARNT:  # ever new codes: all of them
                slots = self._segment(form[0]).slots
                self._codes[form] = {position: set(long_codes(slots[position - 1]) or ()) for position in self._codes[form]}
            variant.match = re.compile(self._expression(form)).match
            self._forget()

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
