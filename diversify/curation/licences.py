"""What the licences of a mix forbid, so far as their names tell."""

import re

import pandas as pd

WORDS = re.compile(r"[a-z]+")
NO_COMMERCE = {"nc", "noncommercial"}
PHRASES = ("non-commercial", "non commercial", "research only", "research-only", "research use")


def forbids_commerce(licence: str) -> bool:
    """Say whether a licence's name forbids commercial use, such as cc-by-nc-4.0."""
    name = licence.lower()
    return bool(NO_COMMERCE & set(WORDS.findall(name))) or any(one in name for one in PHRASES)


def licence_warnings(picked: pd.DataFrame) -> list[str]:
    """Warn of each source in a mix whose licence forbids commercial use, with its rows."""
    counts = picked.groupby(["source", "licence"]).size().reset_index(name="rows")
    return [
        f"{source}: {rows} rows under {licence}, which forbids commercial use"
        for source, licence, rows in counts.itertuples(index=False)
        if forbids_commerce(licence)
    ]
