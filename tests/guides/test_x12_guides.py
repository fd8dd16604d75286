"""The X12 guides are consistent in themselves."""

import re
import tomllib

import pytest
import yaml
from x12_guide_files import ROOT, STRUCTURES, TABLES, VERSIONS, X12, Loop, flat, lines, segments, structure, walk

from gateway.profiles.guide import Guides, LoopGuide

COUNT = re.compile(r"[1-9]\d*|>1")
ENVELOPE = {"ISA", "GS", "GE", "IEA", "TA1"}
ISSUE_2 = {"850", "855", "856", "810", "997"}
CODED_VERSIONS = {"004010", "005010"}


def sortable(element):
    letters = element.rstrip("0123456789")
    return ("", "I", "AT").index(letters), int(element.removeprefix(letters))


def test_the_sets_of_the_purchasing_flow_are_there_in_both_main_versions():
    wanted = {f"{version}/{number}" for version in CODED_VERSIONS for number in ISSUE_2} | {"005010/999"}
    assert wanted - set(STRUCTURES) == set()


@pytest.mark.parametrize("version", VERSIONS)
def test_every_file_is_what_any_yaml_reader_sees(version):
    for table in TABLES:
        if (X12 / version / f"{table}.yaml").exists():
            text = (X12 / version / f"{table}.yaml").read_text(encoding="utf-8")
            assert yaml.safe_load(text) == {key: value for key, value in lines(version, table)}  # noqa: C416
            assert text.endswith("\n")
            assert "\r" not in text


@pytest.mark.parametrize("version", VERSIONS)
def test_elements_are_sorted_typed_and_bounded(version):
    found = lines(version, "elements")
    keys = [key for key, _ in found]
    assert keys == sorted(set(keys), key=sortable)
    for key, text in found:
        match = re.fullmatch(r"(AN|ID|R|DT|TM|B|N\d) (\d+) (\d+)(?: \S.*\S| \S)?", text)
        assert match, f"{key}: {text}"
        assert 0 < int(match[2]) <= int(match[3])


@pytest.mark.parametrize("version", VERSIONS)
def test_an_element_name_is_lower_case_plain_words(version):
    for key, text in lines(version, "elements"):
        name = " ".join(text.split(" ")[3:])
        assert re.fullmatch(r"|[A-Za-z][a-zA-Z0-9', ]+", name), f"{key}: {name}"
        assert len(name) <= 40


@pytest.mark.parametrize("version", VERSIONS)
def test_every_element_of_a_purchasing_set_has_a_name(version):
    named = {key for key, text in lines(version, "elements") if len(text.split(" ")) > 3}
    known = segments(version)
    used = set(ENVELOPE)
    for number in {*ISSUE_2, "999"}:
        if f"{version}/{number}" in STRUCTURES:
            used |= {segment[0] for area in structure(f"{version}/{number}").values() for segment, _ in flat(area)}
    elements = {element for segment in used for element, _, _ in known[segment].elements}
    elements |= {part for element in elements if element in known for part, _, _ in known[element].elements}
    assert {element for element in elements if element not in known} - named == set()


@pytest.mark.parametrize("version", sorted(CODED_VERSIONS))
def test_code_lists_are_sorted_and_fit_their_element(version):
    elements = dict(lines(version, "elements"))
    found = lines(version, "codes")
    keys = [key for key, _ in found]
    assert keys == sorted(set(keys), key=sortable)
    for key, text in found:
        kind, low, high = elements[key].split(" ")[:3]
        codes = text.split(" ")
        assert kind == "ID", key
        assert codes == sorted(set(codes)), key
        assert [code for code in codes if not (code.isalnum() and int(low) <= len(code) <= int(high))] == [], key


def test_only_versions_with_sourced_lists_have_codes():
    assert {version for version in VERSIONS if (X12 / version / "codes.yaml").exists()} == CODED_VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_segments_are_sorted_before_the_composites_they_use(version):
    keys = list(segments(version))
    composites = [key for key in keys if re.fullmatch(r"C\d{3}", key)]
    plain = [key for key in keys if key not in composites]
    assert keys == [*sorted(plain), *sorted(composites)]
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]{1,2}", key) for key in plain)
    assert set(plain) >= ENVELOPE


@pytest.mark.parametrize("version", VERSIONS)
def test_every_element_of_a_segment_is_defined_and_every_definition_used(version):
    known = segments(version)
    used = {element for segment in known.values() for element, _, _ in segment.elements}
    composites = {key for key in known if re.fullmatch(r"C\d{3}", key)}
    assert {element for element in used if element.startswith("C")} == composites
    assert used - composites == {key for key, _ in lines(version, "elements")}
    assert not any(element in composites for name in composites for element, _, _ in known[name].elements)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_segment_is_used_by_a_set_or_the_envelope(version):
    used = set(ENVELOPE)
    for name in STRUCTURES:
        if name.startswith(version):
            used |= {segment[0] for area in structure(name).values() for segment, _ in flat(area)}
    assert used == {key for key in segments(version) if not re.fullmatch(r"C\d{3}", key)}


@pytest.mark.parametrize("version", VERSIONS)
def test_relations_name_positions_that_exist_once_each(version):
    for name, segment in segments(version).items():
        assert len(segment.relations) == len(set(segment.relations)), name
        for relation in segment.relations:
            assert re.fullmatch(r"[PRECL](?:\d\d){2,}", relation), f"{name} {relation}"
            positions = [int(digits) for digits in re.findall("..", relation[1:])]
            assert len(positions) == len(set(positions)), f"{name} {relation}"
            assert all(1 <= position <= len(segment.elements) for position in positions), f"{name} {relation}"


@pytest.mark.parametrize("version", VERSIONS)
def test_an_element_is_relational_exactly_where_a_relation_binds_it(version):
    for name, segment in segments(version).items():
        bound = set()
        for relation in segment.relations:
            positions = [int(digits) for digits in re.findall("..", relation[1:])]
            bound |= set(positions[1:] if relation[0] in "CL" else positions)
        for position, (_, requirement, _) in enumerate(segment.elements, 1):
            assert requirement in (("M", "X") if position in bound else ("M", "O")), f"{name}{position:02d}"


@pytest.mark.parametrize("version", VERSIONS)
def test_only_versions_with_a_repetition_separator_repeat_an_element(version):
    repeats = [name for name, segment in segments(version).items() if any(repeat > 1 for _, _, repeat in segment.elements)]
    assert repeats == [] or version >= "004020"
    assert segments(version)["ISA"].elements[10][0] == ("I65" if version >= "004020" else "I10")


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_structure_stands_in_the_agreed_form(name):
    text = (X12 / f"{name}.yaml").read_text(encoding="utf-8")
    data = yaml.load(text, Loader=yaml.BaseLoader)
    areas = [area for area in ("header", "detail", "summary") if area in data]
    assert list(data) == ["guide", "set", "group", *areas]
    assert data["guide"] == "1"
    assert data["set"] == name.split("/")[1]
    assert re.fullmatch(r"[A-Z]{2}", data["group"])
    assert text.startswith(f'guide: 1\nset: "{data["set"]}"\ngroup: ')


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_set_begins_with_st_and_ends_with_se(name):
    areas = list(structure(name).values())
    assert areas[0][0] == ("ST", "M", "1")
    assert areas[-1][-1] == ("SE", "M", "1")
    ids = [segment[0] for area in areas for segment, _ in flat(area)]
    assert ids.count("ST") == ids.count("SE") == 1


@pytest.mark.parametrize("name", STRUCTURES)
def test_segments_of_a_structure_are_defined_with_usage_and_count(name):
    known = segments(name.split("/")[0])
    for area in structure(name).values():
        for (segment, requirement, count), _ in flat(area):
            assert segment in known
            assert requirement in ("M", "O")
            assert COUNT.fullmatch(count)


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_loop_begins_with_its_trigger_once_and_has_usage_and_count(name):
    loops = [loop for area in structure(name).values() for loop in walk(area)]
    assert len({loop.path for loop in loops}) == len(loops)
    for loop in loops:
        assert loop.requirement in ("M", "O")
        assert COUNT.fullmatch(loop.repeat)
        assert isinstance(loop.members[0], tuple), loop.path
        assert loop.members[0][1:] == ("M", "1"), loop.path


@pytest.mark.parametrize("name", STRUCTURES)
def test_an_ls_loop_is_closed_by_le(name):
    for area in structure(name).values():
        for loop in walk(area):
            if loop.members[0][0] == "LS":
                assert loop.members[-1] == ("LE", "M", "1"), loop.path
                assert any(isinstance(member, Loop) for member in loop.members), loop.path


def test_the_850_has_its_lines_and_addresses_where_a_buyer_expects_them():
    order = structure("004010/850")
    header = {loop.path: loop for loop in walk(order["header"])}
    detail = {loop.path: loop for loop in walk(order["detail"])}
    assert order["header"][1] == ("BEG", "M", "1")
    assert (header["N1"].requirement, header["N1"].repeat) == ("O", "200")
    assert (detail["PO1"].requirement, detail["PO1"].repeat) == ("M", "100000")
    assert "PO1/N1" in detail
    assert "PO1/SLN" in detail
    assert segments("004010")["PO1"].relations[:3] == ["C0302", "C0504", "P0607"]


def test_elements_without_a_known_number_are_any_text_called_by_their_place():
    known = dict(lines("003060", "elements"))
    unknown = {element for element in known if element.startswith("AT")}
    assert unknown == {"AT02", "AT03", "AT04", "AT05", "AT07", "AT08"}
    assert {known[element] for element in unknown} == {"AN 1 32768 text, its number not known"}
    assert [element for element, _, _ in segments("003060")["AT"].elements if element in unknown] == sorted(unknown)
    assert not [version for version in VERSIONS if version != "003060" for element, _ in lines(version, "elements") if element[:2] == "AT"]


def test_second_and_third_reference_of_ref_go_in_pairs():
    composite = segments("004010")["C040"]
    assert composite.relations == ["P0304", "P0506"]
    assert [requirement for _, requirement, _ in composite.elements] == ["M", "M", "X", "X", "X", "X"]


def test_the_guides_go_into_the_package():
    included = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert "mappings" in included


@pytest.mark.parametrize("version", VERSIONS)
def test_the_gateway_reads_the_loops_this_reading_finds(version):
    guides = Guides(FolderOfTexts(ROOT))
    for name in (name for name in STRUCTURES if name.startswith(version)):
        guide = guides.guide(f"x12/{name}")
        found = [loop.path for area in structure(name).values() for loop in walk(area)]
        assert [loop.path for loop in inner_loops(guide.root)] == found, name
        assert [node.segment.id for node in guide.root.nodes()] == [
            segment[0] for area in structure(name).values() for segment, _ in flat(area)
        ], name


class FolderOfTexts:
    """A library over one folder, for the guides' loader."""

    def __init__(self, root):
        self.root = root

    def names(self, prefix):
        return [path.relative_to(self.root).as_posix() for path in (self.root / prefix).rglob("*.yaml")]

    def read(self, name):
        if not (self.root / name).exists():
            raise LookupError(name)
        return (self.root / name).read_text(encoding="utf-8")


def inner_loops(loop):
    for member in loop.members:
        if isinstance(member, LoopGuide):
            yield member
            yield from inner_loops(member)


def test_the_differences_shown_in_the_readme_are_applied():
    readme = (ROOT / "mappings" / "guides" / "README.md").read_text(encoding="utf-8")
    shown = next(block for block in re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL) if "extends" in block)
    nodes = {node.path: node for node in Guides(WithOneMore(ROOT, shown)).guide("acme/850").root.nodes()}
    assert nodes["CUR"].requirement == "M"
    assert nodes["PO1/MSG"].requirement == "N"
    kind = nodes["BEG"].segment.slots[1].element
    assert (kind.codes, kind.closed) == ({"SA", "RL"}, True)
    unit = nodes["PO1/PO1"].segment.slots[2].element
    assert {"QX", "EA"} <= unit.codes
    reference = nodes["REF"].segment.slots[1]
    assert (reference.requirement, reference.element.min, reference.element.max) == ("M", 4, 12)


class WithOneMore(FolderOfTexts):
    """The same library with the guide of one partner."""

    def __init__(self, root, text):
        super().__init__(root)
        self.text = text

    def read(self, name):
        return self.text if name == "mappings/guides/acme/850.yaml" else super().read(name)
