import json
import shutil
import subprocess
import sys

import pytest


@pytest.fixture
def mixed(run, two_files, tmp_path):
    """A mix of two files with k-center on vectors that need no model; gives its manifest."""
    out = tmp_path / "mix.jsonl"
    code, _, err = run("mix", *two_files, "--budget", 40, "--core", "code", "--core-share", 0.5,
                       "--strategy", "k-center", "--backend", "lsa", "--out", out)  # fmt: skip
    assert code == 0, err
    return tmp_path / "mix.manifest.json"


def flip(path, place: int) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])


def test_an_untouched_mix_is_what_its_manifest_says(run, mixed):
    code, out, err = run("verify", mixed)
    assert (code, err) == (0, "")
    assert "mix.jsonl: same bytes, 40 rows" in out
    assert out.count("same bytes") == 3


def test_a_changed_byte_anywhere_in_the_mix_is_found_and_its_row_named(run, mixed):
    mix = mixed.with_name("mix.jsonl")
    lines = mix.read_bytes().splitlines(keepends=True)
    for row in (0, 17, 39):
        place = sum(map(len, lines[:row])) + len(lines[row]) // 2
        flip(mix, place)
        code, out, err = run("verify", mixed)
        assert code == 1
        assert f"row {row + 1} (line {row + 1})" in out or "cannot be read" in out
        assert err.startswith("diversify: ")
        flip(mix, place)
    assert run("verify", mixed)[0] == 0


def test_a_changed_byte_in_a_file_it_was_drawn_from_is_found(run, mixed, two_files):
    picked = [row for row in json.loads(mixed.read_text())["rows"] if row["source"] == "code"]
    line = picked[0]["line"]
    lines = two_files[0].read_bytes().splitlines(keepends=True)
    flip(two_files[0], sum(map(len, lines[: line - 1])) + lines[line - 1].index(b"function"))
    code, out, _ = run("verify", mixed)
    assert code == 1
    assert f"1 of its rows in the mix changed, line {line}" in out


def test_a_changed_byte_in_the_manifest_is_found(run, mixed):
    place = mixed.read_bytes().index(b'"seed": 0') + len('"seed": ')
    flip(mixed, place)
    code, out, _ = run("verify", mixed)
    assert code == 1
    assert "its seal does not hold" in out


def test_rows_that_are_gone_or_moved_are_named(run, mixed):
    mix = mixed.with_name("mix.jsonl")
    lines = mix.read_bytes().splitlines(keepends=True)
    mix.write_bytes(b"".join(lines[:-2]))
    assert "2 rows are missing at the end" in run("verify", mixed)[1]
    mix.write_bytes(b"".join([lines[1], lines[0], *lines[2:]]))
    assert "row 1 (line 1) moved here; row 2 (line 2) moved here" in run("verify", mixed)[1]


def test_elsewhere_files_are_given_by_name_and_the_rest_is_said_to_be_unchecked(
    run, mixed, two_files, tmp_path, monkeypatch
):
    there = tmp_path / "there"
    there.mkdir()
    for file in (mixed, mixed.with_name("mix.jsonl"), two_files[0]):
        shutil.move(file, there)
    two_files[1].unlink()
    monkeypatch.chdir(there)
    code, out, _ = run("verify", "mix.manifest.json", "code.jsonl")
    assert code == 0
    assert "general.jsonl: not here, so not checked" in out
    assert run("verify", "mix.manifest.json", "mix.jsonl", "code.jsonl")[0] == 0


def test_a_replay_draws_the_same_rows_in_the_same_order(run, mixed):
    code, out, _ = run("verify", mixed, "--replay")
    assert code == 0
    assert "replay: the same 40 picks in the same order" in out


def test_a_replay_that_comes_out_otherwise_is_told(run, mixed):
    document = json.loads(mixed.read_text())
    document["recipe"]["mix"]["core_share"] = 0.75
    body = json.dumps({k: v for k, v in document.items() if k != "seal"}).removesuffix("}")
    from hashlib import sha256

    from diversify.io.documents import SEAL

    mixed.write_text(f'{body}{SEAL}{sha256(body.encode()).hexdigest()}"\n}}\n')
    code, out, _ = run("verify", mixed, "--replay")
    assert code == 1
    assert "of 40 picks are the same" in out


def test_a_replay_of_stored_vectors_reads_them_again(run, two_files, tmp_path):
    rows, vectors, labels = (tmp_path / name for name in ("r.parquet", "e.npy", "l.npy"))
    assert run("ingest", *two_files, "--out", rows)[0] == 0
    assert run("embed", rows, "--backend", "lsa", "--out", vectors)[0] == 0
    assert run("cluster", vectors, "--out", labels)[0] == 0
    out = tmp_path / "m.jsonl"
    assert run("mix", rows, "--embeddings", vectors, "--labels", labels, "--budget", 9,
               "--out", out)[0] == 0  # fmt: skip
    code, told, _ = run("verify", tmp_path / "m.manifest.json", "--replay")
    assert code == 0
    assert "replay: the same 9 picks" in told


def test_a_file_that_is_none_of_the_manifests_is_a_mistake(run, mixed, write):
    other = write("other.jsonl", [{"instruction": "a", "output": "b"}])
    code, _, err = run("verify", mixed, other)
    assert code == 2
    assert "other.jsonl: none of its files" in err


def test_a_mix_in_the_place_of_its_manifest_is_told(run, mixed):
    mix = mixed.with_name("mix.jsonl")
    told = f"diversify: {mix}: is a mix; give its manifest, {mixed}\n"
    assert run("verify", mix) == (2, "", told)


def test_the_shell_sees_the_difference_as_exit_code_1(mixed):
    flip(mixed.with_name("mix.jsonl"), 3)
    done = subprocess.run(
        [sys.executable, "-m", "diversify", "verify", str(mixed)], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


def test_a_difference_of_two_mixes_is_told_with_its_reasons(run, mixed, two_files, tmp_path):
    other = tmp_path / "other.jsonl"
    run("mix", two_files[0], "--budget", 30, "--strategy", "random", "--out", other)
    code, out, _ = run("mix", "--diff", mixed, tmp_path / "other.manifest.json", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["both"] + sum(told["gone"].values()) == 40
    assert told["both"] + sum(told["new"].values()) == 30
    assert told["gone"]["the other mix has no source general"] == 20
    assert told["options"]["mix.strategy"] == ["k-center", "random"]
    assert told["inputs"] == {str(two_files[1]): "only in A"}
    assert told["vectors"] == "unknown"


def test_a_smaller_budget_explains_what_is_gone(run, two_files, tmp_path):
    out = tmp_path / "m.jsonl"
    run("mix", *two_files, "--budget", "10,25", "--strategy", "random", "--out", out)
    small, large = tmp_path / "m-10.manifest.json", tmp_path / "m-25.manifest.json"
    _, out, _ = run("mix", "--diff", large, small)
    assert "10 rows in both, 15 only in A, 0 only in B" in out
    assert "15 rows: beyond the other's budget of 10 rows" in out
    assert run("mix", "--diff", small, small)[1] == "10 rows in both, 0 only in A, 0 only in B\n"


def test_a_mix_that_gives_a_test_item_away_is_named_line_by_line(run, mixed, tmp_path):
    lines = mixed.with_name("mix.jsonl").read_text().splitlines()
    asked = json.loads(lines[6])["messages"][0]["content"]
    bench, tests = tmp_path / "bench.jsonl", tmp_path / "tests.parquet"
    bench.write_text(json.dumps({"instruction": asked, "response": "secret"}) + "\n")
    assert run("benchmarks", f"ours={bench}", "--out", tests)[0] == 0
    code, out, err = run("verify", mixed, "--tests", tests)
    assert code == 1
    assert "1 rows give test items away: line 7 (ours " in out
    assert "draw the mix again" in err


def test_a_mix_without_leaks_says_how_many_items_it_was_held_against(run, mixed, tmp_path):
    bench, tests = tmp_path / "bench.jsonl", tmp_path / "tests.parquet"
    bench.write_text(
        json.dumps({"instruction": "What is the airspeed of a swallow?", "response": "11 m/s"})
    )
    assert run("benchmarks", f"ours={bench}", "--out", tests)[0] == 0
    code, out, _ = run("verify", mixed, "--tests", tests)
    assert (code, "no row gives away one of 1 items" in out) == (0, True)
