"""`gateway test`: the examples that stand beside the mappings."""

import click

from gateway.cli import outcome, project
from gateway.cli.commands import Command
from gateway.cli.render import count, put, put_json, say, styled
from gateway.edi.shown import shown


@click.command(name="test", cls=Command, examples=["gateway test", "gateway test x12/004010/850"])
@click.argument("names", metavar="[MAPPING]...", nargs=-1)
@click.option("--verbose", "-v", is_flag=True, help="Tell the examples that pass, too.")
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
def command(names: tuple[str, ...], verbose: bool, as_json: bool) -> None:
    """Run the examples that stand beside the mappings.

    An example is a set as text and the document that it must become, in MAPPING.test.yaml. Exit code 5 where one fails.
    """
    from gateway.edi.finding import Halt
    from gateway.translate.examples import SUFFIX, Example, example_files, run_examples

    library = project.library()
    files = example_files(library)
    if names:
        wanted = [f"mappings/{name.removeprefix('mappings/').removesuffix('.yaml').removesuffix('.test')}{SUFFIX}" for name in names]
        missing = [name for name, file in zip(names, wanted, strict=True) if file not in files]
        if missing:
            raise outcome.NotFound(f"{', '.join(missing)}: there are no examples beside it; they stand in MAPPING{SUFFIX}")
        files = wanted
    ran: list[tuple[str, Example]] = []
    broken: list[tuple[str, str]] = []
    for file in files:
        try:
            ran += [(file, example) for example in run_examples(library, file)]
        except Halt as halt:
            broken.append((file, halt.finding.message))
    failed = [example for _, example in ran if not example.passed]
    if as_json:
        rows = [
            {
                "file": file,
                "line": example.at.line,
                "name": example.name,
                "passed": example.passed,
                "differences": list(example.differences),
            }
            for file, example in ran
        ]
        put_json(rows + [{"file": file, "line": None, "name": None, "passed": False, "differences": [why]} for file, why in broken])
    else:
        for file, example in ran:
            _tell(file, example.at.line, example.name, example.differences, verbose)
        for file, why in broken:
            put(f"{file}: {why}", colour="red")
        told = f"{count(len(ran), 'example')} in {count(len(files), 'file')}"
        wrong = len(failed) + len(broken)
        say(f"{told}: {count(wrong, 'failure') if wrong else 'all pass'}", colour="red" if wrong else "green")
    if failed or broken:
        outcome.finish(outcome.FINDINGS)


def _tell(file: str, line: int, name: str, differences: tuple[str, ...], verbose: bool) -> None:
    if differences:
        put(f"{file}:{line}: {name}", colour="red")
        for difference in differences[:20]:
            put(f"    {difference}")
        if len(differences) > 20:
            put(f"    and {len(differences) - 20} more")
    elif verbose:
        click.echo(f"{styled('pass', 'green')} {shown(f'{file}:{line}: {name}')}")
