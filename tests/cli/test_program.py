"""The program around the commands: no traceback reaches a user, exit codes, pipes, colour, and a light start."""

import os
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from gateway.cli.commands import Command, Group
from gateway.cli.main import TABLE, Gateway, main
from gateway.cli.outcome import MEANINGS, Failure, NotFound
from gateway.edi.finding import Halt, Location
from gateway.ports import Unavailable
from gateway.profiles.codes import CODES

GATEWAY = [sys.executable, "-m", "gateway"]


def failing(error):
    """The program with one command, which raises."""

    @click.command(name="break")
    def command():
        raise error

    class One(Gateway):
        def list_commands(self, ctx):
            return ["break"]

        def get_command(self, ctx, cmd_name):
            return command

    return One(name="gateway")


def ended(error, capsys):
    with pytest.raises(SystemExit) as end:
        failing(error)(["break"], prog_name="gateway")
    return end.value.code, capsys.readouterr().err


def test_an_error_of_ours_is_one_sentence_and_exit_code_1(capsys):
    code, told = ended(ValueError("a\nb\x1b[2J"), capsys)
    assert code == 1
    assert told.count("\n") == 1
    assert "did not foresee (ValueError: a)" in told
    assert "--debug" in told


def test_debug_shows_the_details(monkeypatch):
    monkeypatch.setenv("GATEWAY_DEBUG", "1")
    with pytest.raises(ValueError, match="details"):
        failing(ValueError("details"))(["break"], prog_name="gateway")


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (Failure("it cannot be done"), 1, "gateway: it cannot be done\n"),
        (NotFound("nothing there"), 3, "gateway: nothing there\n"),
        (Unavailable("the database is busy"), 1, "gateway: the database is busy\n"),
        (PermissionError(13, "Permission denied", "a\x07b"), 1, "gateway: a\\x07b: permission denied\n"),
        (OSError(28, "No space left on device"), 1, "gateway: there is no space left to write to; make room and run it again\n"),
        (MemoryError(), 1, "gateway: there is not enough memory for this\n"),
    ],
)
def test_what_stops_a_command_is_told_in_a_sentence(error, code, sentence, capsys):
    assert ended(error, capsys) == (code, sentence)


def test_a_halt_is_told_with_its_place_and_remedy(capsys):
    code, told = ended(Halt(CODES["guide-form"].finding(Location(file="mappings/a.yaml", line=3, column=5), expected="lines")), capsys)
    assert code == 1
    assert told == "gateway: mappings/a.yaml:3:5: is not a guide; expected lines Mend the line.\n"


def test_an_interrupt_is_exit_code_130(capsys):
    code, told = ended(KeyboardInterrupt(), capsys)
    assert code == 130
    assert "Traceback" not in told


def test_a_reader_that_goes_away_ends_the_command_quietly(tmp_path, order):
    (tmp_path / "big.edi").write_text(order([f"PO1*{n}*bad*EA*9.95**VP*A" for n in range(1, 100)]) * 50)
    with subprocess.Popen(
        [*GATEWAY, "x12", "check", "--json", *["big.edi"] * 5], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        program.stdout.read(10)
        program.stdout.close()
        assert program.stderr.read() == b""
    assert program.returncode == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_is_told():
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*GATEWAY, "explain"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "gateway: there is no space left to write to; make room and run it again\n"


def test_without_a_command_it_tells_its_commands():
    done = subprocess.run(GATEWAY, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Commands:" in done.stdout + done.stderr


def test_a_mistyped_command_or_option_is_exit_code_2_with_a_suggestion(gateway):
    assert "Did you mean 'explain'?" in gateway("explian", code=2).stderr
    assert "--json" in gateway("x12", "check", "--jsno", "a.edi", code=2).stderr


def test_help_imports_no_command_and_nothing_heavy():
    program = (
        "import sys; from gateway.cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit as end: assert not end.code\n"
        "allowed = {'gateway', 'gateway.cli', 'gateway.cli.main', 'gateway.cli.commands', 'gateway.cli.outcome'}\n"
        "ours = {name for name in sys.modules if name.split('.')[0] == 'gateway'} - allowed\n"
        "heavy = {'pydantic', 'sqlalchemy', 'lxml', 'rich', 'yaml', 'jinja2', 'paramiko', 'importlib.metadata'} & set(sys.modules)\n"
        "print(sorted(ours | heavy), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


def test_every_exit_code_is_explained():
    assert sorted(MEANINGS) == [0, 1, 2, 3, 5, 130]


def test_usage_is_exit_code_2(capsys):
    assert ended(click.UsageError("not so"), capsys)[0] == 2


def test_no_colour_without_a_terminal(gateway, files, order):
    files(bad=order(["PO1*1*bad*EA*9.95**VP*A"]))
    assert "\x1b" not in gateway("x12", "check", "bad.edi", code=5).stdout


# -- help of every command --------------------------------------------------------------------------------------------


def commands(group=main, words=()):
    context = click.Context(group, info_name="gateway")
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*words, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))


@pytest.mark.parametrize("words", [words for words, _ in commands()], ids=" ".join)
def test_every_command_has_help_and_an_example_of_itself(words):
    command = dict(commands())[words]
    told = CliRunner().invoke(main, [*words, "--help"])
    assert told.exit_code == 0
    assert command.help
    assert len(command.get_short_help_str(200)) < 70, "the list of commands would cut it"
    assert isinstance(command, Command | Group)
    assert command.examples
    for example in command.examples:
        assert example.startswith("gateway " + " ".join(words))
        assert f"  {example}\n" in told.output


@pytest.mark.parametrize("name", TABLE)
def test_the_summary_in_the_list_is_the_commands_own(name):
    module, summary = TABLE[name]
    command = main.get_command(click.Context(main), name)
    assert command.name == name
    assert summary.endswith(".")
    assert len(summary) < 78
    assert command.get_short_help_str(200) == summary, module
