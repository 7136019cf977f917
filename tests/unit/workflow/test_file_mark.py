import os

from diversify.workflow.file_mark import file_mark
from diversify.workflow.plan import Plan

from .test_plan import CONFIG


def test_a_changed_file_changes_the_mark_whatever_the_clock_says(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text("{}\n")
    marks = [file_mark([str(path)])]
    for hours in (+2, -2):
        os.utime(path, ns=(path.stat().st_mtime_ns + hours * 3600 * 10**9,) * 2)
        marks.append(file_mark([str(path)]))
    path.write_text("{} \n")
    os.utime(path, (0, 0))
    marks.append(file_mark([str(path)]))
    assert marks[0] == marks[2]
    assert len(set(marks)) == 3
    assert file_mark([str(path)]) == marks[-1]


def test_files_that_the_workflow_makes_have_no_mark(tmp_path):
    assert Plan(CONFIG).file_mark("edit", "rows") == ""
    assert file_mark([str(tmp_path / "not-there")]) == ""
