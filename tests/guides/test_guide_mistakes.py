"""Mistakes in a partner's guide stop at their place, with what was expected there."""

import pytest

from gateway.edi.finding import Halt
from gateway.profiles.guide import Guides
from gateway.stores.library import DictLibrary, FolderLibrary

STANDARD = FolderLibrary()


def halted(text, name="acme/850"):
    """The finding that loading a guide of that text stops with."""
    inherited = {known: STANDARD.read(known) for known in STANDARD.names("mappings/guides/x12/004010/")}
    guides = Guides(DictLibrary({**inherited, f"mappings/guides/{name}.yaml": text}))
    with pytest.raises(Halt) as stopped:
        guides.guide(name)
    return stopped.value.finding


def test_a_guide_that_does_not_exist_is_told_by_name():
    finding = halted("extends: x12/004010/999\n")
    assert finding.code == "guide-missing"
    assert "x12/004010/999" in finding.message


def test_what_has_not_the_form_of_a_guide_is_told_with_its_place():
    finding = halted("- a list\n")
    assert finding.code == "guide-form"
    assert finding.location.file == "mappings/guides/acme/850.yaml"


def test_a_segment_that_the_version_does_not_define_is_told_with_its_line():
    text = STANDARD.read("mappings/guides/x12/004010/850.yaml").replace("- BEG M 1", "- QQQ M 1", 1)
    finding = halted(text, "x12/004010/850")
    assert finding.code == "guide-segment"
    assert "QQQ" in finding.message
    assert finding.location.line == text[: text.index("- QQQ M 1")].count("\n") + 1


def test_a_difference_that_names_no_place_is_told_with_its_line():
    finding = halted("guide: 1\nextends: x12/004010/850\ndifferences:\n- {path: BGE.02, usage: M}\n")
    assert finding.code == "guide-path"
    assert (finding.location.file, finding.location.line) == ("mappings/guides/acme/850.yaml", 4)
    assert "BGE.02" in finding.message
