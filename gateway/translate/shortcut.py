"""Sets of a known form to documents: what is new in them is values, so the walk, the tree and the rules need not run again.

A set is taken apart into the runs of its repeated loops and the rest (`formats.x12.forms`). A run of a form that came often
is mapped in straight lines (`straight`), another one as a tree of its own by the compiled list; the rest by the compiled
mapping, which finds the runs done. Levels (HL) are read as runs, too, and then nested as ever. Whatever is not as before is
`None` here and goes the whole way, which words what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import DecimalException
from typing import Any

from gateway.formats.tree import Loop, Segment
from gateway.formats.x12.conformance import Compiled as CompiledGuide
from gateway.formats.x12.envelope import TransactionSet
from gateway.formats.x12.form import Form, Match, Recognised, Run
from gateway.formats.x12.forms import Forms
from gateway.formats.x12.tree import Long, loops
from gateway.profiles.guide import Guide
from gateway.translate.compile import Compiled
from gateway.translate.conversion import Unconvertible
from gateway.translate.coverage import Watch, unmapped, unmapped_of
from gateway.translate.hierarchy import Lists, nested
from gateway.translate.rules import Hierarchy
from gateway.translate.runtime import Context
from gateway.translate.straight import Asked, Crooked, Names, Nowhere, Rehearsal, Straight, stand_ins

OFTEN = 40
"""Runs of one form after which it is written in straight lines: writing costs as much as a hundred."""
FAILED = (Crooked, Unconvertible, DecimalException, TypeError, AttributeError)
"""What says that some value is not like those before."""
ASKED = 40
"""Questions of the rules about one form."""
DIGITS = 20
FORMS = 500
"""Forms written in straight lines."""
LEVELS = "HL"
"""The loop of levels, and what opens it."""
CODE = 3
"""HL03: which kind of level it is."""

Row = tuple[dict[str, Any], Any]
"""What was read of a level, and its key."""


@dataclass(slots=True)
class Known:
    """A document's own fields, and where all of them came in straight lines, the forms they came from."""

    body: dict[str, Any]
    levels: dict[str, Any]
    """What its levels came to."""
    forms: Sequence[Form] = field(default=())


class Shortcut:
    """One mapping's short way through the sets of one guide with one set of delimiters."""

    def __init__(
        self,
        guide: Guide,
        compiled_guide: CompiledGuide,
        compiled: Compiled,
        watch: Watch | None,
        computed: frozenset[str],
        hierarchy: Hierarchy | None = None,
        often: int = OFTEN,
    ) -> None:
        self.grammar = compiled_guide.grammar
        self.compiled = compiled
        self.watch = watch
        self.computed = computed
        self.hierarchy = hierarchy if compiled.nests else None
        self.forms = Forms(guide, compiled_guide, [*compiled.whole, *((LEVELS,) if self.hierarchy is not None else ())])
        if self.hierarchy is not None:
            for place in self.grammar.places.get(LEVELS, ()):
                self.forms.fix(place, CODE)
        self._often = often
        self._written = 0

    @property
    def able(self) -> bool:
        """Whether sets of this guide can be recognised, and their levels nested."""
        return self.forms.able and (LEVELS not in self.grammar.places or self.hierarchy is not None)

    def read(self, found: TransactionSet, context: Context) -> Known | None:
        """The fields of the document of a set; None where it is not as others were before."""
        taken = self.forms.recognise(found)
        if taken is None:
            return None
        try:
            return self._straight(taken, context) or self._by_rules(taken, context)
        except FAILED:
            return None

    def _straight(self, taken: Recognised, context: Context) -> Known | None:
        """The fields in straight lines; None where not everything came often enough."""
        head = taken.head.mapped or self._document(taken)
        if not head:
            return None
        lists: list[list[Any]] = []
        levels: dict[str, Any] = {}
        forms = [taken.head]
        for name, runs in taken.runs.items():
            out: list[Any] = []
            for form, segments in runs:
                straight = form.mapped or self._item(name, form, segments)
                if not straight:
                    return None
                straight(context, out, *segments)
                forms.append(form)
            if name == LEVELS and self.hierarchy is not None:
                levels = self._nested(context, self.hierarchy, runs, out)
            else:
                lists.append(out)
        return Known(head(context, *lists, *taken.rows), levels, forms)

    def _by_rules(self, taken: Recognised, context: Context) -> Known | None:
        """The fields by the compiled rules, but for runs in straight lines."""
        long: Long = []
        root = self._loops(taken.head, taken.rows, long)
        levels: dict[str, Any] = {}
        for name, runs in taken.runs.items():
            if name == LEVELS and self.hierarchy is not None:
                levels = self._nested(context, self.hierarchy, runs, [self._level(form, segments, context) for form, segments in runs])
                continue
            items: list[Any] = []
            for form, segments in runs:
                straight = self._item(name, form, segments)
                if straight:
                    items.append((straight, segments))
                    continue
                loop = self._loops(form, segments, long).loops[name][0]
                loop.parent = root
                items.append(loop)
            root.loops = {**root.loops, name: items}
        body = self.compiled.read(root, context)
        if context.problems or self._leaves(context, root, long):
            return None
        return Known(body, levels)

    def _level(self, form: Form, segments: Sequence[Match], context: Context) -> Row:
        """What a level's rules make of it, and its key. Raises Crooked where they want more than the level itself."""
        straight = self._item(LEVELS, form, segments)
        if straight:
            out: list[Row] = []
            straight(context, out, *segments)
            return out[0]
        root = self._loops(form, segments, [])
        loop = root.loops[LEVELS][0]
        functions = self.compiled.levels.get(loop.first[CODE])
        if functions is None or self._leaves(context, root, []):
            raise Crooked
        context.levels = Nowhere()  # type: ignore[assignment]  # whoever looks is crooked
        row, key = (function(loop, context, Nowhere()) for function in functions)
        context.levels = {}
        return row, key.get("key")

    def _nested(self, context: Context, hierarchy: Hierarchy, runs: Sequence[Run], rows: Sequence[Row]) -> dict[str, Any]:
        """What levels come to, each with what was read of it and its key. Raises Crooked where one is not what the mapping knows."""
        found: dict[str, Any] = {}
        lists = Lists(context, hierarchy, found)
        nodes = nested(context, [segments[0].string.split(self.forms.separator) for _, segments in runs], hierarchy.at)
        for node, (row, key) in zip(nodes, rows, strict=True):
            level = lists.enter(node)
            if level is None:
                raise Crooked
            lists.add(node, level, row, key)
        lists.finish(nodes)
        if context.problems:
            raise Crooked
        return found

    def _leaves(self, context: Context, root: Loop, long: Long) -> bool:
        """Whether there is something that no rule reads."""
        if self.watch is None:
            return bool(unmapped(context, root, self.compiled.cover, self.computed))
        return bool(unmapped_of(context, long, self.watch, self.compiled.cover, self.computed))

    def _loops(self, form: Form, segments: Sequence[Match], long: Long) -> Loop:
        """Segments of a form as a tree."""
        return self._tree(form, [segment.string.split(self.forms.separator) for segment in segments], long)

    def _tree(self, form: Form, segments: Sequence[Segment], long: Long) -> Loop:
        return loops(self.grammar, segments, form.places, self.watch.limits if self.watch is not None else None, long)

    def _item(self, name: str, form: Form, segments: Sequence[Match]) -> Any:
        """The straight lines of a run; False where its rules ask what is known only while reading, None where it did not come often."""
        if form.mapped is None and self._is_due(form):
            self._write(form, segments, lambda root, names: self._rehearsed(name, root.loops[name][0], names))
        return form.mapped

    def _rehearsed(self, name: str, loop: Loop, names: Names) -> Straight:
        rehearsal = Rehearsal(self.compiled)
        if name == LEVELS and self.hierarchy is not None:
            return rehearsal.level(loop.first[CODE], loop, names)
        return rehearsal.item(self.compiled.whole[name], loop, names)

    def _document(self, taken: Recognised) -> Any:
        """The same of what stands in no run."""
        form = taken.head
        if form.mapped is None and self._is_due(form):
            lists = [name for name in taken.runs if name != LEVELS or self.hierarchy is None]
            self._write(form, taken.rows, lambda root, names: Rehearsal(self.compiled).document(root, lists, names))
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
            root = self._tree(form, stands, long)
            try:
                straight = rehearse(root, names)
                if self._leaves(Context(), root, long):
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
