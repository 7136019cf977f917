"""What a sandbox is started with."""

from pathlib import Path

from diversify.evaluation.sandbox.mounts import LIBRARY, mounts


def test_what_is_shown_is_the_interpreter_its_libraries_and_numpy_and_only_to_be_read(shut):
    words = shut.command
    shown = {words[at + 1] for at, word in enumerate(words) if word == "--ro-bind"}
    found = mounts()
    folders = {found.standard_library, *(here for here, _ in (*found.own, *found.packages))}
    assert shown >= {found.executable, *folders}
    assert {Path(folder).name for folder in folders} >= {"sandbox", "numpy"}
    others = shown - {found.executable} - folders
    assert others, "at least the C library"
    assert all(".so" in Path(other).name for other in others)
    assert not {"--bind", "--bind-try", "--share-net", "--proc", "--dev"} & set(words)
    assert [words[at + 1] for at, word in enumerate(words) if word == "--dev-bind"] == ["/dev/null"]


def test_packages_beside_the_standard_library_are_hidden(shut):
    hidden = mounts().hidden
    assert all(Path(folder).is_dir() for folder in hidden)
    at = [shut.command.index(folder) for folder in hidden]
    assert all(shut.command[place - 1] == "--tmpfs" for place in at)


def test_libraries_are_read_out_of_all_ways_in_which_ldd_tells_them():
    told = """/a/python:
\tlinux-vdso.so.1 (0x00007f0000000000)
\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007fa66d33e000)
\tlibnone.so => not found
\t/lib64/ld-linux-x86-64.so.2 (0x00007fa66dc9f000)
\tstatically linked
"""
    found = [match[2] for match in LIBRARY.finditer(told)]
    assert found == ["/lib/x86_64-linux-gnu/libm.so.6", "/lib64/ld-linux-x86-64.so.2"]
