import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.config.curated import DataExperiment
from diversify.config.settings import settings_from
from diversify.errors import ConfigError
from diversify.workflow.shard_files import drawn_from, file_groups, folders, measured_on, summaries


def experiment(**options):
    return DataExperiment(track="data", grid={}, **options)


FILES = st.dictionaries(
    st.sampled_from(["code", "chat", "maths", "cot"]),
    st.lists(st.from_regex(r"[a-z]{1,6}\.jsonl", fullmatch=True), min_size=1, max_size=6),
    min_size=1,
)


@given(files=FILES, of=st.integers(2, 9), drawn=st.booleans())
def test_each_file_is_read_by_one_job_and_a_drawn_source_by_one(files, of, drawn):
    most = {"chat": 5} if drawn else {}
    groups = file_groups(experiment(shards=of, ingest={"most": most}), files)
    assert 1 <= len(groups) <= of
    read = [
        (source, file) for group in groups.values() for source in group for file in group[source]
    ]
    assert sorted(read) == sorted((source, file) for source in files for file in files[source])
    if drawn and "chat" in files:
        assert sum("chat" in group for group in groups.values()) == 1


def test_in_one_piece_nothing_has_a_folder_of_a_shard():
    whole = experiment()
    assert folders(whole) == [""]
    assert drawn_from("x", whole, "c") == measured_on("x", whole, "c")
    assert summaries(whole)[0] == "ingest/rows"


def test_in_shards_a_mix_is_drawn_from_the_candidates_of_each():
    parts = experiment(shards=3)
    assert folders(parts) == ["/000-of-003", "/001-of-003", "/002-of-003"]
    drawn = drawn_from("x", parts, "c")
    assert drawn["rows"] == [f"results/x/mix/c/00{n}-of-003/rows.parquet" for n in range(3)]
    assert len({len(paths) for paths in drawn.values()}) == 1
    assert measured_on("x", parts, "c")["rows"] == "results/x/gather/c/rows.parquet"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"dedup": {"method": "semantic"}}, "dedup.method semantic compares all vectors"),
        ({"mix": {"validation": 5}}, "mix.validation draws from all rows"),
        ({"cluster": {"method": "density"}}, "cluster.method density leaves no centres"),
        ({"shards": 100_000}, "less than or equal to 512"),
    ],
)
def test_what_needs_all_rows_in_one_place_is_said_before_the_first_job(options, words):
    raw = {"run": ["x"], "experiments": {"x": {"track": "data", "grid": {}, "shards": 4} | options}}
    with pytest.raises(ConfigError, match=words):
        settings_from(raw)
