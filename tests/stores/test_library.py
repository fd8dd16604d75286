"""Libraries: a project folder over the package, or a dict."""

import pytest

from gateway.stores.library import DictLibrary, FolderLibrary, starter


def write(root, name, text):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.fixture
def roots(tmp_path):
    project, packaged = tmp_path / "project", tmp_path / "packaged"
    write(packaged, "mappings/x12/850.yaml", "the package's 850")
    write(packaged, "mappings/x12/810.yaml", "the package's 810")
    write(packaged, "partner_profiles/sample.yaml", "a sample partner")
    write(project, "mappings/x12/850.yaml", "our 850")
    write(project, "partner_profiles/acme.yaml", "acme")
    return project, packaged


def test_a_projects_text_stands_over_the_packages(roots):
    library = FolderLibrary(*roots)
    assert library.read("mappings/x12/850.yaml") == "our 850"
    assert library.read("mappings/x12/810.yaml") == "the package's 810"
    assert library.names("mappings/") == ["mappings/x12/810.yaml", "mappings/x12/850.yaml"]


def test_without_a_project_the_packages_mappings_serve(roots):
    library = FolderLibrary(None, roots[1])
    assert library.read("mappings/x12/850.yaml") == "the package's 850"


def test_sample_partners_of_the_package_are_nobodys_partners(roots):
    library = FolderLibrary(*roots)
    assert library.names("partner_profiles/") == ["partner_profiles/acme.yaml"]
    with pytest.raises(LookupError, match="not there"):
        library.read("partner_profiles/sample.yaml")


def test_a_prefix_may_end_within_a_name(roots):
    library = FolderLibrary(*roots)
    assert library.names("mappings/x12/85") == ["mappings/x12/850.yaml"]
    assert library.names("mappings/none/") == []


def test_hidden_files_and_backups_have_no_name(roots):
    write(roots[0], "mappings/.draft/850.yaml", "")
    write(roots[0], "mappings/.850.yaml.swp", "")
    write(roots[0], "mappings/850.yaml~", "")
    assert FolderLibrary(*roots).names("mappings/") == ["mappings/x12/810.yaml", "mappings/x12/850.yaml"]


@pytest.mark.parametrize(
    "name", ["../secret", "mappings/../../secret", "/etc/passwd", "mappings\\..\\secret", "C:secret", "a//b", "./a", "", ".", "a\0b"]
)
def test_no_name_leads_out_of_the_library(roots, name):
    write(roots[0].parent, "secret", "not yours")
    with pytest.raises(LookupError, match="is not a name in a library"):
        FolderLibrary(*roots).read(name)


def test_no_prefix_leads_out_of_the_library(roots):
    write(roots[0].parent, "secret", "not yours")
    assert FolderLibrary(*roots).names("../") == []
    assert FolderLibrary(*roots).names("mappings/../../") == []


def test_a_folder_is_not_a_text(roots):
    with pytest.raises(LookupError, match="not there"):
        FolderLibrary(*roots).read("mappings/x12")


def test_a_text_that_is_not_utf8_says_where(roots):
    write(roots[0], "mappings/latin.yaml", b"name: M\xfcller")
    with pytest.raises(LookupError, match="mappings/latin.yaml is not UTF-8 text: byte 0xfc at offset 7"):
        FolderLibrary(*roots).read("mappings/latin.yaml")


def test_the_version_follows_the_text_and_nothing_else(roots):
    write(roots[0], "mappings/windows.yaml", b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    folder, texts = FolderLibrary(*roots), DictLibrary({"mappings/plain.yaml": "a: 1\nb: 2\n"})
    assert folder.version("mappings/windows.yaml") == texts.version("mappings/plain.yaml")
    assert folder.version("mappings/x12/850.yaml") != folder.version("mappings/x12/810.yaml")


def test_a_dict_serves_as_a_library():
    library = DictLibrary({"mappings/b.yaml": "b", "mappings/a.yaml": "a", "other": "o"})
    assert library.names("mappings/") == ["mappings/a.yaml", "mappings/b.yaml"]
    with pytest.raises(LookupError, match="mappings/c.yaml is not there"):
        library.read("mappings/c.yaml")


def test_the_starter_of_this_very_clone_is_found():
    assert (starter() / "mappings").is_dir()


def test_the_mark_of_a_folder_is_another_when_a_file_in_it_is_written_added_or_removed(tmp_path):
    profile = tmp_path / "partner_profiles" / "north" / "acme.yaml"
    profile.parent.mkdir(parents=True)
    library, marks = FolderLibrary(tmp_path), []
    for what in (lambda: None, lambda: profile.write_text("a: 1\n"), lambda: profile.write_text("a: 2\n"), profile.unlink):
        what()
        marks.append(library.mark("partner_profiles/"))
    assert len(set(marks)) == 3
    assert marks[0] == marks[3]
    assert library.mark("partner_profiles/") == marks[3]


def test_the_mark_of_mappings_follows_the_packages_too(tmp_path):
    packaged = tmp_path / "package"
    (packaged / "mappings").mkdir(parents=True)
    library = FolderLibrary(tmp_path / "project", packaged)
    before = library.mark("mappings/")
    (packaged / "mappings" / "850.yaml").write_text("mapping: 1\n")
    assert library.mark("mappings/") != before
