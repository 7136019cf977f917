import pandas as pd
import pytest

from diversify.curation.licences import forbids_commerce, licence_warnings


@pytest.mark.parametrize(
    "licence",
    ["cc-by-nc-4.0", "CC BY-NC-SA 4.0", "cc_by_nc", "Non-Commercial", "research only",
     "for research use only"],
)  # fmt: skip
def test_names_that_forbid_commerce_are_known(licence):
    assert forbids_commerce(licence)


@pytest.mark.parametrize("licence", ["", "mit", "apache-2.0", "cc-by-4.0", "cc-by-sa-4.0", "NCSA"])
def test_others_are_not_accused(licence):
    assert not forbids_commerce(licence)


def test_each_source_is_warned_of_once_with_its_rows():
    picked = pd.DataFrame(
        {"source": ["a", "a", "b", "b"], "licence": ["cc-by-nc-4.0", "cc-by-nc-4.0", "mit", ""]}
    )
    assert licence_warnings(picked) == [
        "a: 2 rows under cc-by-nc-4.0, which forbids commercial use"
    ]
