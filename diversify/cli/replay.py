"""Draw a mix again as its manifest says, and compare the picks."""

import tempfile
from pathlib import Path

from diversify.cli.pool import Pool
from diversify.cli.pool_from_files import pool_from_files
from diversify.cli.stored_pool import stored_pool
from diversify.config.recipe import Recipe
from diversify.io.documents import Document
from diversify.io.verify import Finding, located


def replayed(document: Document, manifest: Path, files: list[Path], threads: int) -> list[Finding]:
    """Say whether the same files, options and vectors give the same picks here.

    Vectors are made again (or found in the cache); where they differ from those the mix was drawn
    on, the picks may differ too, and that is said first.
    """
    places = located(document, manifest, files)
    missing = [name for name in document["inputs"] if not places[name].exists()]
    if missing:
        return [Finding("replay", "not here", f"not drawn again: {missing[0]} is not here")]
    recipe = Recipe.model_validate(document["recipe"])
    pool = _pool(document, places, recipe, threads)
    picked = pool.draw(recipe.mix).picked["id"].tolist()
    rows = sorted(document["rows"], key=lambda row: row["order"])
    same = [row["id"] for row in rows] == picked[: len(rows)]
    return [*_of_vectors(document, pool), _of_picks(same, rows, picked)]


def _pool(document: Document, places: dict[str, Path], recipe: Recipe, threads: int) -> Pool:
    if stored := document["steps"].get("stored"):
        files = {name: [places[path] for path in paths] for name, paths in stored.items()}
        embeddings, labels, population = (
            files.get(name, []) for name in ("embeddings", "labels", "population")
        )
        return stored_pool(files["rows"], embeddings, labels, population, recipe.mix)
    sources = [
        (file["source"], places[file["file"]]) for file in document["steps"]["ingest"]["files"]
    ]
    with tempfile.TemporaryDirectory() as folder:
        return pool_from_files(sources, Path(folder) / "rejects.jsonl", recipe, threads)


def _of_vectors(document: Document, pool: Pool) -> list[Finding]:
    drawn = document["steps"].get("embed", {}).get("sha256")
    made = pool.steps.get("embed", {}).get("sha256")
    if drawn is None or drawn == made:
        return []
    words = "not those the mix was drawn on: other weights, precision or processor"
    return [Finding("vectors", "differs", words)]


def _of_picks(same: bool, rows: list[Document], picked: list[str]) -> Finding:
    if same:
        return Finding("replay", "same", f"the same {len(rows)} picks in the same order")
    common = len({row["id"] for row in rows} & set(picked[: len(rows)]))
    return Finding("replay", "differs", f"{common} of {len(rows)} picks are the same")
