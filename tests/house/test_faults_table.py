"""The table of faults names tests that are there, and leaves out no row."""

import re

ROW = re.compile(r"^\| (\d+) \| .* \| (test_\w+::test_\w+(?:, test_\w+::test_\w+)*) \|$", re.MULTILINE)


def test_every_row_of_the_faults_of_files_names_a_test_that_is_there(clone):
    rows = ROW.findall((clone / "docs" / "faults-sftp.md").read_text())
    assert [int(number) for number, _ in rows] == list(range(1, 46))
    texts = {path.stem: path.read_text() for path in (clone / "tests").rglob("test_*.py")}
    named = [(number, *test.split("::")) for number, tests in rows for test in tests.split(", ")]
    missing = [f"{number}: {module}::{test}" for number, module, test in named if f"def {test}(" not in texts.get(module, "")]
    assert missing == []
