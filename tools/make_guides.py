"""Writes mappings/guides/x12 from a folder of X12 fact tables: the developer's tool behind the standard guides.

    python tools/make_guides.py FACTS [--out mappings/guides/x12]

FACTS holds tab-separated tables with a header line and no quoting: sets.tsv (one row a segment position), segments.tsv (elements
of a segment), composites.tsv, elements.tsv (type and lengths), syntax_notes.tsv (relations), codes.tsv and ack_codes.tsv (code
lists). Names come from tools/element_names.yaml and are ours. Prints what was decided and written; the form is told in
mappings/guides/README.md. Wrong facts end with an assertion: better no guide than a wrong one.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import yaml

Row = dict[str, str]

ENVELOPE = ("ENV", "TA1")
"""Rows of sets.tsv that are no transaction set: their segments are described, a structure is not written."""

EVERY_SET = ("004010", "005010")
"""Versions whose facts stand on several sources; all their sets are written, and they alone have code lists."""

SOME_SETS = ("003060", "004030", "004050", "005030", "005050", "006030")
"""Versions that rest on fewer sources; only the purchasing and warehouse sets are written."""

OPTIONAL_IN_LS = ("003060", "004030", "005050")
"""Versions whose one source makes the loop after LS mandatory; two sources leave it optional in 004010 and 005010, so it is here."""

SOME = "850 855 856 810 860 865 846 997 999 820 940 943 944 945 214".split()

CODED = "850 855 856 810 860 865 846 997 999 824 820 940 943 944 945".split()
"""Sets whose elements get a code list: the purchasing flow."""

UNKNOWN_IS_TEXT = "AN 1 32768 text, its number not known"
"""An element whose number is not known (`?AT02` in the facts) is AT02 here: any text as long as an element can be, without a code list."""

DROPPED_NOTES = {
    # C0203 (if the unit then the quantity) is what one source lost of P0203: that source has P itself in 005010, another in 004010.
    ("004010", "W03", "C0203"),
    # P0607 stands in one source and one version only; C0706 is in that source too, in a second one, and in all later versions.
    ("004010", "PAM", "P0607"),
    # P020304 is known from one 005010 source only and was carried to the others; 004010 partners do send quantity and unit without price.
    *((version, "IT1", "P020304") for version in ("003060", "004010", "004030", "004050")),
}
"""Relations in the facts that are not taken over, (version, segment, note)."""

SHIFTED_SOURCE = "eddy"
"""This source counts components from 0 in the relations of composites: C040 P0203 is P0304, qualifier and value of the second pair."""


def main(arguments: list[str]) -> int:
    """Read the facts, write the guides, say what was done."""
    parser = argparse.ArgumentParser(description="Write the X12 guides from a folder of fact tables.")
    parser.add_argument("facts", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "mappings" / "guides" / "x12")
    options = parser.parse_args(arguments)
    facts = Facts(options.facts, Path(__file__).with_name("element_names.yaml"))
    for version in sorted((*EVERY_SET, *SOME_SETS)):
        written = facts.guides(version)
        folder = options.out / version
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in written.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        for stale in sorted({path.name for path in folder.glob("*.yaml")} - set(written)):
            print(f"{version}: {stale} is not made from the facts (left alone)")
        lines = {name: text.count("\n") for name, text in written.items()}
        tables = ", ".join(f"{lines.get(f'{table}.yaml', 0)} {table}" for table in ("elements", "codes", "segments"))
        print(f"{version}: {len(written) - sum(f'{t}.yaml' in written for t in ('elements', 'codes', 'segments'))} sets, {tables}")
    for decision, count in sorted(facts.decided.items()):
        print(f"decided: {decision} ({count} times)")
    return 0


class Facts:
    """The fact tables, indexed by version."""

    def __init__(self, folder: Path, names: Path) -> None:
        self.decided: Counter[str] = Counter()
        self.names: dict[str, str] = yaml.safe_load(names.read_text(encoding="utf-8"))
        self.sets = _grouped(_table(folder, "sets"), lambda row: (row["version"], row["set"]))
        self.segments = _grouped(_table(folder, "segments"), lambda row: (row["version"], row["segment"]))
        self.composites = _grouped(_table(folder, "composites"), lambda row: (row["version"], row["composite"]))
        self.elements = {(row["version"], row["element"]): row for row in _table(folder, "elements")}
        self.notes: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in _table(folder, "syntax_notes"):
            self._keep_note(row)
        self.codes: dict[tuple[str, str], set[str]] = defaultdict(set)
        acknowledgment = _table(folder, "ack_codes")
        for row in (*_table(folder, "codes"), *acknowledgment):
            version = row.get("version") or row["versions"]
            for each in EVERY_SET if version == "*" else [version]:
                self.codes[each, row["element"]].add(row["code"])
        self.acknowledgment = {row["element"] for row in acknowledgment}

    def _keep_note(self, row: Row) -> None:
        version, segment, note = row["version"], row["segment"], row["note"]
        if (version, segment, note) in DROPPED_NOTES:
            self.decided[f"{version} {segment}: {note} dropped for the better founded relation"] += 1
            return
        if (version, segment) in self.composites and row["source"] == SHIFTED_SOURCE:
            moved = note[0] + "".join(f"{position + 1:02d}" for position in _positions(note))
            self.decided[f"{segment}: {note} read as {moved}, components counted from 1"] += 1
            note = moved
        self.notes[version, segment].append(note)

    def guides(self, version: str) -> dict[str, str]:
        """File name to text of one version."""
        sets = [number for (each, number) in self.sets if each == version and (version in EVERY_SET or number in (*SOME, *ENVELOPE))]
        used = self._used_segments(version, sets)
        composites = {row["element"] for segment in used for row in self.segments[version, segment]} & {
            composite for (each, composite) in self.composites if each == version
        }
        rows = [row for segment in used for row in self.segments[version, segment]]
        rows += [row for composite in composites for row in self.composites[version, composite]]
        elements = {row["element"] for row in rows} - composites
        files = {
            "elements.yaml": "".join(
                f"{_quoted(_number(element))}: {self._element(version, element)}\n" for element in sorted(elements, key=_by_number)
            ),
            "segments.yaml": "".join(
                f"{_scalar(segment)}: {self._segment(version, segment)}\n" for segment in (*sorted(used), *sorted(composites))
            ),
        }
        if version in EVERY_SET:
            files["codes.yaml"] = "".join(self._code_lists(version, elements))
        for number in sets:
            if number not in ENVELOPE:
                files[f"{number}.yaml"] = self._structure(version, number)
        return files

    def _used_segments(self, version: str, sets: Iterable[str]) -> set[str]:
        used = {row["segment"] for number in sets for row in self.sets[version, number]}
        missing = {segment for segment in used if (version, segment) not in self.segments}
        assert not missing, f"{version}: no elements known for {sorted(missing)}"
        return used

    def _element(self, version: str, element: str) -> str:
        if element.startswith("?"):
            self.decided[f"{version}: {element} is any text"] += 1
            return UNKNOWN_IS_TEXT
        row = self.elements[version, element]
        assert int(row["min"]) <= int(row["max"]), row
        return _scalar(" ".join((row["type"], row["min"], row["max"], self.names.get(element, ""))).rstrip())

    def _code_lists(self, version: str, elements: set[str]) -> Iterator[str]:
        used = self._used_segments(version, [number for number in (*CODED, *ENVELOPE) if (version, number) in self.sets])
        flow = {row["element"] for segment in used for row in self.segments[version, segment]}
        flow |= {row["element"] for composite in flow for row in self.composites.get((version, composite), [])}
        for element in sorted(elements & flow, key=_by_number):
            if codes := self.codes.get((version, element)):
                low, high = (int(self.elements[version, element][bound]) for bound in ("min", "max"))
                assert all(low <= len(code) <= high for code in codes), (version, element)
                yield f"{_quoted(element)}: {_scalar(' '.join(sorted(codes)))}\n"

    def _segment(self, version: str, segment: str) -> str:
        rows = self.segments.get((version, segment)) or self.composites[version, segment]
        assert [int(row["position"]) for row in rows] == list(range(1, len(rows) + 1)), (version, segment)
        assert all(row["element"].isalnum() or row["element"] == f"?{segment}{row['position']}" for row in rows), (version, segment)
        notes = self.notes.get((version, segment), [])
        assert all(1 <= position <= len(rows) for note in notes for position in _positions(note)), (version, segment, notes)
        bound = {position for note in notes for position in _positions(note)[1 if note[0] in "CL" else 0 :]}
        elements = []
        for position, row in enumerate(rows, 1):
            requirement = "M" if row["requirement"] == "M" else "X" if position in bound else "O"
            repeat = int(row.get("repeat") or 1)
            elements.append(f"{_number(row['element'])} {requirement}" + (f" x{repeat}" if repeat > 1 else ""))
        ordered = sorted(notes, key=lambda note: (min(_positions(note)), _positions(note), note))
        return _scalar(", ".join(elements) + (" | " + " ".join(ordered) if ordered else ""))

    def _structure(self, version: str, number: str) -> str:
        rows = sorted(self.sets[version, number], key=lambda row: int(row["seq"]))
        _check_sibling_numbers(rows)
        lines = ["guide: 1", f"set: {_quoted(number)}", f"group: {_scalar(rows[0]['gs01'])}"]
        areas = list(dict.fromkeys(row["area"] for row in rows))
        assert areas == [area for area in ("header", "detail", "summary") if area in areas], (version, number, areas)
        area, inside = "", ""
        for row in rows:
            if row["area"] != area:
                area, inside = row["area"], ""
                lines.append(f"{area}:")
            depth = len(row["loop_path"].split("/")) if row["loop_path"] else 0
            if row["is_loop_trigger"]:
                assert row["parent_loop"] == "" or (inside + "/").startswith(row["parent_loop"] + "/"), row
                assert (row["requirement"], row["max_use"]) == (row["loop_requirement"], "1"), row
                requirement = row["loop_requirement"]
                if version in OPTIONAL_IN_LS and row["parent_loop"].split("/")[-1].split("#")[0] == "LS" and requirement == "M":
                    self.decided[f"{version}: loop after LS optional"] += 1
                    requirement = "O"
                lines.append(f"{'  ' * (depth - 1)}- {row['loop_id']} {requirement} {row['loop_repeat']}:")
            else:
                assert row["loop_path"] == "" or (inside + "/").startswith(row["loop_path"] + "/"), row
            inside = row["loop_path"]
            requirement = "M" if row["is_loop_trigger"] else row["requirement"]
            lines.append(f"{'  ' * depth}- {row['segment']} {requirement} {row['max_use']}")
        return "\n".join(lines) + "\n"


def _check_sibling_numbers(rows: list[Row]) -> None:
    """The loader numbers siblings of one id in order; assert that this gives the paths of the facts."""
    seen: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if row["is_loop_trigger"]:
            seen[row["parent_loop"], row["loop_id"]] += 1
            ordinal = seen[row["parent_loop"], row["loop_id"]]
            name = row["loop_id"] + (f"#{ordinal}" if ordinal > 1 else "")
            assert row["loop_path"] == (f"{row['parent_loop']}/{name}" if row["parent_loop"] else name), row


def _table(folder: Path, name: str) -> list[Row]:
    with (folder / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _grouped(rows: Iterable[Row], key: Callable[[Row], tuple[str, str]]) -> dict[tuple[str, str], list[Row]]:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def _positions(note: str) -> list[int]:
    return [int(digits) for digits in re.findall("..", note[1:])]


def _number(element: str) -> str:
    """What an element is called in our tables: its number, or its place where the number is not known."""
    return element.removeprefix("?")


def _by_number(element: str) -> tuple[bool, str, int]:
    """Numbers first, then the I elements of the interchange, then those called by their place."""
    letters = element.removeprefix("?").rstrip("0123456789")
    return letters != "", "" if letters == "I" else letters, int(element.removeprefix("?")[len(letters) :])


def _quoted(text: str) -> str:
    return json.dumps(text)


def _scalar(text: str) -> str:
    """The text as YAML, quoted only where any YAML reader would see something else than this text."""
    return text if yaml.safe_load(f"key: {text}\n") == {"key": text} else _quoted(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
