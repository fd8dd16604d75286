"""Sets of a known form to documents: what is new in them is values, so the walk, the tree and the rules need not run again.

A set is taken apart into the runs of its repeated loops and the rest (`formats.x12.forms`). A run of a form that came often
is mapped in straight lines (`straight`), another one as a tree of its own by the compiled list; the rest by the compiled
mapping, which finds the runs done. Whatever is not as before is `None` here and goes the whole way, which words what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import DecimalException
from typing import Any

from gateway.formats.tree import Loop
from gateway.formats.x12.conformance import Compiled as CompiledGuide
from gateway.formats.x12.envelope import TransactionSet
from gateway.formats.x12.form import Form, Match, Recognised
from gateway.formats.x12.forms import Forms
from gateway.formats.x12.tree import Long, loops
from gateway.profiles.guide import Guide
from gateway.translate.compile import Compiled
from gateway.translate.conversion import Unconvertible
from gateway.translate.coverage import Watch, unmapped_of
from gateway.translate.runtime import Context
from gateway.translate.straight import Asked, Crooked, Names, Rehearsal, Straight, stand_ins

OFTEN = 40
"""Runs of one form after which it is written in straight lines: writing costs as much as a hundred."""
FAILED = (Crooked, Unconvertible, DecimalException, TypeError, AttributeError)
"""What says that some value is not like those before."""
ASKED = 40
"""Questions of the rules about one form."""
DIGITS = 20
FORMS = 500
"""Forms written in straight lines."""


@dataclass(slots=True)
class Known:
    """A document's own fields, and where all of them came in straight lines, the forms they came from."""

    body: dict[str, Any]
    forms: Sequence[Form] = ()


class Shortcut:
    """One mapping's short way through the sets of one guide with one set of delimiters."""

    def __init__(
        self, guide: Guide, compiled_guide: CompiledGuide, compiled: Compiled, watch: Watch, computed: frozenset[str], often: int = OFTEN
    ) -> None:
        self.grammar = compiled_guide.grammar
        self.compiled = compiled
        self.watch = watch
        self.computed = computed
        self.forms = Forms(guide, compiled_guide, compiled.whole)
        self._often = often
        self._written = 0

    @property
    def able(self) -> bool:
        """Whether sets of this guide can be recognised, and are no tree of levels, which only the rules can nest."""
        return self.forms.able and "HL" not in self.grammar.places

    def read(self, found: TransactionSet, context: Context) -> Known | None:
        """The fields of the document of a set; None where it is not as others were before."""
        taken = self.forms.recognise(found)
        if taken is None:
            return None
        try:
            return self._straight(taken, context) or self._by_rules(found, taken, context)
        except FAILED:
            return None

    def _straight(self, taken: Recognised, context: Context) -> Known | None:
        """The fields in straight lines; None where not everything came often enough."""
        head = taken.head.mapped or self._document(taken)
        if not head:
            return None
        lists: list[list[Any]] = []
        forms = [taken.head]
        for name, runs in taken.runs.items():
            out: list[Any] = []
            for form, segments in runs:
                straight = form.mapped or self._item(name, form, segments)
                if not straight:
                    return None
                straight(context, out, *segments)
                forms.append(form)
            lists.append(out)
        return Known(head(context, *lists, *taken.rows), forms)

    def _by_rules(self, found: TransactionSet, taken: Recognised, context: Context) -> Known | None:
        """The fields by the compiled rules, but for runs in straight lines."""
        separator = found.delimiters.element
        long: Long = []
        root = self._loops(taken.head, taken.rows, separator, long)
        for name, runs in taken.runs.items():
            items: list[Any] = []
            for form, segments in runs:
                straight = self._item(name, form, segments)
                if straight:
                    items.append((straight, segments))
                    continue
                loop = self._loops(form, segments, separator, long).loops[name][0]
                loop.parent = root
                items.append(loop)
            root.loops = {**root.loops, name: items}
        body = self.compiled.read(root, context)
        if context.problems or unmapped_of(context, long, self.watch, self.compiled.cover, self.computed):
            return None
        return Known(body)

    def _loops(self, form: Form, segments: Sequence[Match], separator: str, long: Long) -> Loop:
        """Segments of a form as a tree."""
        return loops(self.grammar, [segment.string.split(separator) for segment in segments], form.places, self.watch.limits, long)

    def _item(self, name: str, form: Form, segments: Sequence[Match]) -> Any:
        """The straight lines of a run; False where its rules ask what is known only while reading, None where it did not come often."""
        if form.mapped is None and self._is_due(form):
            function = self.compiled.whole[name]
            self._write(form, segments, lambda root, names: Rehearsal(self.compiled).item(function, root.loops[name][0], names))
        return form.mapped

    def _document(self, taken: Recognised) -> Any:
        """The same of what stands in no run."""
        form = taken.head
        if form.mapped is None and self._is_due(form):
            self._write(form, taken.rows, lambda root, names: Rehearsal(self.compiled).document(root, list(taken.runs), names))
        return form.mapped

    def _numbers(self, place: int) -> frozenset[int]:
        """The elements of a segment that its guide lets be nothing but numbers of moderate length."""
        slots = self.grammar.positions[place].node.segment.slots
        known = ((number, slot.element) for number, slot in enumerate(slots, 1))
        return frozenset(number for number, one in known if one is not None and one.type[:1] in ("R", "N") and one.max <= DIGITS)

    def _is_due(self, form: Form) -> bool:
        form.often += 1
        return form.often >= self._often and self._written < FORMS

    def _write(self, form: Form, segments: Sequence[Match], rehearse: Callable[[Loop, Names], Straight]) -> None:
        """Writes the straight lines of a form."""
        form.mapped = False
        self._written += 1
        ids = [self.grammar.positions[place].node.segment.id for place in form.places]
        numbers = [self._numbers(place) for place in form.places]
        real = [segment.string.split(self.forms.separator)[1:] for segment in segments]
        elements = [list(variant.elements) for variant in form.variants]
        asked: list[tuple[int, int]] = []
        straight: Straight | None = None
        while straight is None and len(asked) < ASKED:
            stands, names = stand_ins([*zip(ids, elements, numbers, strict=True)])
            long: Long = []
            root = loops(self.grammar, stands, form.places, self.watch.limits, long)
            try:
                straight = rehearse(root, names)
                if unmapped_of(Context(), long, self.watch, self.compiled.cover, self.computed):
                    return
            except Asked as question:
                number, element = question.place
                elements[number][element - 1] = real[number][element - 1]
                asked.append(question.place)
            except FAILED:
                return
        if not asked:
            form.mapped = straight
        for number, element in asked:  # from now on these belong to the form
            self.forms.fix(form.variants[number].at, element)
