import sys

from diversify.progress import progress


def test_nothing_is_shown_where_nobody_watches(capsys):
    with progress("embed", 3) as advance:
        advance(2)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_sees_what_is_done_and_how_much(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress("embed", 3) as advance:
        advance(2)
    shown = capsys.readouterr()
    assert "embed" in shown.err
    assert "2/3" in shown.err
    assert shown.out == ""
