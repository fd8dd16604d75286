"""The table of faults names tests that are there, and leaves out no row."""

import re

ROW = re.compile(r"^\| (\d+) \| .* \| (test_\w+)::(test_\w+) \|$", re.MULTILINE)


def test_every_row_of_the_faults_of_files_names_a_test_that_is_there(clone):
    rows = ROW.findall((clone / "docs" / "faults-sftp.md").read_text())
    assert [int(number) for number, _, _ in rows] == list(range(1, 46))
    texts = {path.stem: path.read_text() for path in (clone / "tests").rglob("test_*.py")}
    missing = [f"{number}: {module}::{test}" for number, module, test in rows if f"def {test}(" not in texts.get(module, "")]
    assert missing == []
