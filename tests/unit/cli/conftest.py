import json

import pytest

from diversify.cli.app import main


@pytest.fixture
def run(capsys):
    """Run a command as a shell would: gives (exit code, stdout, stderr)."""

    def call(*words):
        try:
            main([str(word) for word in words])
            code = 0
        except SystemExit as stop:
            code = stop.code
        out = capsys.readouterr()
        return code, out.out, out.err

    return call


@pytest.fixture
def write(tmp_path):
    """Write rows as JSONL; a row may be a broken line."""

    def make(name, rows):
        path = tmp_path / name
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        path.write_text("".join(f"{line}\n" for line in lines))
        return path

    return make


@pytest.fixture
def two_files(write):
    """A core of 60 rows and 40 others, three of them duplicates."""
    code = [{"instruction": f"Write function number {i}", "output": f"f{i}"} for i in range(60)]
    general = [
        {"instruction": f"Tell story {i} of {i % 7} animals", "output": f"s{i}"} for i in range(37)
    ]
    again = [{**row, "instruction": f" {row['instruction']}  "} for row in general[:3]]
    return write("code.jsonl", code), write("general.jsonl", [*general, *again])
