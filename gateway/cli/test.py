"""`gateway test`: the examples that stand beside the mappings, and what of the mappings they touch."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli import outcome, project
from gateway.cli.commands import Command
from gateway.cli.render import count, put, put_json, put_table, say, styled
from gateway.edi.shown import shown

if TYPE_CHECKING:
    from gateway.profiles.library import Library
    from gateway.profiles.terms import Terms
    from gateway.translate.example_cover import Cover, Covered
    from gateway.translate.examples import Example

_TOLD = 20
"""Points that no example touches, told of one file without --verbose."""


@click.command(name="test", cls=Command, examples=["gateway test", "gateway test x12/004010/850", "gateway test --cover"])
@click.argument("names", metavar="[MAPPING]...", nargs=-1)
@click.option("--cover", is_flag=True, help="Tell the fields, branches and codes of the mappings that no example touches.")
@click.option("--at-least", type=click.FloatRange(0, 100), metavar="PERCENT", help="With --cover: exit code 5 where less is touched.")
@click.option("--verbose", "-v", is_flag=True, help="Tell the examples that pass too, and everything that none touches.")
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
def command(names: tuple[str, ...], cover: bool, at_least: float | None, verbose: bool, as_json: bool) -> None:
    """Run the examples that stand beside the mappings.

    An example is a set or file as text and the document that it must become, in MAPPING.test.yaml; it is written back too.
    A failure names the file and line of the rule. Exit code 5 where one fails.
    """
    from gateway.cli.named import bare_name
    from gateway.translate.example_cover import Cover

    if at_least is not None and not cover:
        raise click.UsageError("--at-least goes with --cover")
    library = project.library()
    files, uncovered = _files(library, names, cover)
    touched = Cover() if cover else None
    ran, broken = _run(library, files, touched)
    failed = [example for _, example in ran if not example.passed]
    covered: list[Covered] = []
    if touched is not None:
        covered = _covered(library, touched, uncovered)
    if as_json:
        rows = [_as_json(file, example) for file, example in ran]
        rows += [{"file": file, "line": None, "name": None, "passed": False, "differences": [why]} for file, why in broken]
        put_json({"examples": rows, "cover": [_cover_json(one) for one in covered]} if cover else rows)
    else:
        for file, example in ran:
            _tell(file, example.at.line, example.name, example.differences, verbose)
        for file, why in broken:
            put(f"{file}: {why}", colour="red")
        _tell_cover(covered, {f"mappings/{bare_name(name)}.yaml" for name in names}, verbose)
        told = f"{count(len(ran), 'example')} in {count(len(files), 'file')}"
        wrong = len(failed) + len(broken)
        say(f"{told}: {count(wrong, 'failure') if wrong else 'all pass'}", colour="red" if wrong else "green")
    short = [one for one in covered if at_least is not None and one.percent < at_least]
    for one in short:
        say(f"{one.file}: {one.percent:.1f} % is touched, {at_least:g} % is wanted", colour="red")
    if failed or broken or short:
        outcome.finish(outcome.FINDINGS)


def _files(library: Library, names: tuple[str, ...], cover: bool) -> tuple[list[str], list[str]]:
    """The files of examples to run, and the mappings without any whose cover is asked for."""
    from gateway.cli.named import bare_name
    from gateway.translate.examples import SUFFIX, example_files

    files = example_files(library)
    if not names:
        return files, _own_mappings() if cover else []
    bare = [bare_name(name).removesuffix(".test") for name in names]
    wanted = [f"mappings/{name}{SUFFIX}" for name in bare]
    without = [name for name, file in zip(bare, wanted, strict=True) if file not in files]
    if without and not cover:
        raise outcome.NotFound(f"{', '.join(without)}: there are no examples beside it; they stand in MAPPING{SUFFIX}")
    return [file for file in wanted if file in files], without


def _own_mappings() -> list[str]:
    """The mappings that stand in the project itself."""
    from gateway.cli.checking import mapping_names

    folder = project.folder()
    return [name for name in mapping_names(project.library()) if folder is not None and (folder / f"mappings/{name}.yaml").is_file()]


def _run(library: Library, files: list[str], cover: Cover | None) -> tuple[list[tuple[str, Example]], list[tuple[str, str]]]:
    from gateway.edi.finding import Halt
    from gateway.translate.examples import run_examples

    agreed = partial(_agreed, library)
    ran: list[tuple[str, Example]] = []
    broken: list[tuple[str, str]] = []
    for file in files:
        try:
            ran += [(file, example) for example in run_examples(library, file, cover, agreed)]
        except Halt as halt:
            broken.append((file, halt.finding.message))
    return ran, broken


def _agreed(library: Library, partner: str, mapping: str) -> Terms | None:
    """The terms of the partner's first agreement by a mapping; None where there is none, or no such partner."""
    from gateway.profiles.catalog import Catalog

    catalog = Catalog.load(library)
    known = catalog.partners.get(partner)
    every = [catalog.terms(agreement) for agreement in known.agreements] if known is not None else []
    return next((terms for terms in every if terms.mapping == mapping), None)


def _covered(library: Library, cover: Cover, mappings: list[str]) -> list[Covered]:
    """The files of rules with what examples touch, mappings without examples included; of several the least touched first."""
    from gateway.cli.named import known_name
    from gateway.edi.finding import Halt
    from gateway.translate.mapping import load

    for name in mappings:
        known = known_name(library, name)
        try:
            cover.add(load(library, known))
        except Halt as halt:
            raise outcome.Failure(f"{name}: {halt.finding.message}") from None
    return sorted(cover.files(), key=lambda one: (one.percent, one.file))


def _tell(file: str, line: int, name: str, differences: tuple[str, ...], verbose: bool) -> None:
    if differences:
        put(f"{file}:{line}: {name}", colour="red")
        for difference in differences[:20]:
            put(f"    {difference}")
        if len(differences) > 20:
            put(f"    and {len(differences) - 20} more")
    elif verbose:
        click.echo(f"{styled('pass', 'green')} {shown(f'{file}:{line}: {name}')}")


def _tell_cover(covered: list[Covered], named: set[str], everything: bool) -> None:
    """A line for each file of rules; what no example touches below, of the project's own files and of those named."""
    if not covered:
        return
    rows = [(one.file, *(_of(one.count(kind)) for kind in ("field", "branch", "code")), f"{one.percent:.1f} %") for one in covered]
    put_table(("rules", "fields", "branches", "codes", "touched"), rows)
    folder = project.folder()
    for one in covered:
        left = one.left
        if not left or not (everything or one.file in named or (folder is not None and Path(folder, one.file).is_file())):
            continue
        put()
        put(f"{one.file}: no example touches", bold=True)
        for point in left if everything else left[:_TOLD]:
            put(f"    {point.at.file}:{point.at.line}:{point.at.column}: {point.what}")
        if len(left) > _TOLD and not everything:
            put(f"    and {len(left) - _TOLD} more; --verbose tells all")
    put()


def _of(counted: tuple[int, int]) -> str:
    return f"{counted[0]}/{counted[1]}" if counted[1] else "-"


def _as_json(file: str, example: Example) -> dict[str, object]:
    return {
        "file": file,
        "line": example.at.line,
        "name": example.name,
        "passed": example.passed,
        "differences": list(example.differences),
    }


def _cover_json(one: Covered) -> dict[str, object]:
    left = [{"kind": point.kind, "line": point.at.line, "column": point.at.column, "what": point.what} for point in one.left]
    return {"file": one.file, "percent": round(one.percent, 1), "points": len(one.points), "touched": len(one.touched), "left": left}
