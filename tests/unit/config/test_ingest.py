import pytest
from pydantic import ValidationError

from diversify.config.ingest import IngestOptions


def test_pairs_are_read_as_the_command_line_gives_them():
    options = IngestOptions(
        columns="instruction=q, response = a", licences="code=cc-by-nc-4.0,math=mit", revisions={}
    )
    assert options.columns == {"instruction": "q", "response": "a"}
    assert options.licences == {"code": "cc-by-nc-4.0", "math": "mit"}


@pytest.mark.parametrize("name", ["columns", "licences", "revisions"])
@pytest.mark.parametrize("given", ["mit", "code=", "=mit", "a=b,", ""])
def test_what_is_no_pair_is_an_error_with_an_example(name, given):
    with pytest.raises(ValidationError, match="expected pairs such as .*=.*,.*="):
        IngestOptions(**{name: given})


def test_a_source_has_one_licence():
    with pytest.raises(ValidationError, match="'code' stands there twice"):
        IngestOptions(licences="code=mit,code=apache-2.0")
