import pytest

from diversify.workflow.code_mark import code_mark, imported

MODULES = {
    "algorithm.py": '"""Doc."""\nfrom diversify.helper import half\n\n'
    "def run(x):\n    return half(x)\n",
    "helper.py": "def half(x):\n    return x / 2\n",
    "other.py": "def other():\n    return 1\n",
    "__init__.py": "",
}


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "diversify"
    folder.mkdir()
    for name, text in MODULES.items():
        (folder / name).write_text(text)
    return folder


def mark(package):
    # files are read once per process: a copy elsewhere is another file
    copy = package.parent.parent / f"copy{len(list(package.parent.parent.iterdir()))}"
    (copy / "diversify").mkdir(parents=True)
    for file in package.iterdir():
        (copy / "diversify" / file.name).write_text(file.read_text())
    return code_mark("diversify.algorithm", root=copy)


def edit(package, name, old, new):
    path = package / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_a_comment_or_a_docstring_leaves_the_mark(package):
    before = mark(package)
    edit(package, "algorithm.py", "Doc.", "Another docstring.")
    edit(package, "helper.py", "    return", "    # why\n    return")
    assert mark(package) == before


def test_an_edit_changes_the_mark(package):
    before = mark(package)
    edit(package, "algorithm.py", "half(x)\n", "half(x) + 1\n")
    assert mark(package) != before


def test_an_edit_of_an_imported_module_changes_the_mark(package):
    before = mark(package)
    edit(package, "helper.py", "/ 2", "/ 3")
    assert mark(package) != before


def test_an_edit_elsewhere_leaves_the_mark(package):
    before = mark(package)
    edit(package, "other.py", "1", "2")
    assert mark(package) == before


def test_imports_inside_functions_are_found():
    assert "diversify.curation.lsa" in imported("diversify.io.embed")


def test_a_selector_belongs_to_the_mix_and_not_to_the_steps_before():
    assert "diversify.curation.selectors.kcenter" in imported("diversify.curation.mix")
    for stage in ("dedup", "decontaminate", "cluster"):
        assert "diversify.curation.selectors.kcenter" not in imported(f"diversify.curation.{stage}")


def test_a_mark_needs_a_module_that_is_there():
    with pytest.raises(ModuleNotFoundError):
        code_mark("diversify.curation.misspelt")
