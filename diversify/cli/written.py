"""What `mix` leaves behind: each mix with its manifest, and what was asked for beside it."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pandas as pd

from diversify.cli.output import summary_document
from diversify.cli.pool import Pool
from diversify.config.base import RowFormat
from diversify.config.mix import MixOptions
from diversify.config.recipe import Recipe
from diversify.curation.licences import licence_warnings
from diversify.curation.mixed import MixResult
from diversify.curation.validation import set_aside
from diversify.errors import ConfigError
from diversify.io.documents import Document, file_hash
from diversify.io.manifest import hashes_of, manifest_path, stem_and_endings, write_manifest
from diversify.io.trainers.snippets import Trainer, check_readable, write_snippets
from diversify.io.whole import alone_in, whole
from diversify.io.writers import as_examples, check_output, write_examples

PACKAGES = ["numpy", "pandas", "scikit-learn", "scipy", "sentence-transformers", "torch"]


def check_outputs(
    out: Path, format: RowFormat, trainers: list[Trainer], options: MixOptions
) -> list[Path]:
    """Name the file of each budget: mix-1000.jsonl and so on, where there are several.

    Raises:
        ConfigError: a file of this name cannot hold the layout, or a trainer cannot read it.
    """
    check_output(out, format)
    for trainer in trainers:
        check_readable(trainer, out)
    if len(options.budget) == 1:
        return [out]
    stem, endings = stem_and_endings(out)
    return [out.with_name(f"{stem}-{budget}{endings}") for budget in options.budget]


def write_mixes(
    outs: list[Path],
    format: RowFormat,
    result: MixResult,
    pool: Pool,
    recipe: Recipe,
    cell: dict[str, int | float | str],
    trainers: list[Trainer],
) -> Document:
    """Write each mix and its manifest, all or none, and give the summary of the largest."""
    shared: Document = {"cell": cell, "recipe": recipe.model_dump(mode="json"), "steps": pool.steps}
    document: Document = {}
    with ExitStack() as held, ExitStack() as drafts:
        if recipe.mix.validation:
            shared["validation"] = _validation(outs[-1], format, result, pool, drafts)
        for out, mix in zip(outs, result.nested(), strict=True):
            rows = mix.shuffled
            draft, manifest = (
                drafts.enter_context(whole(path)) for path in (out, manifest_path(out))
            )
            write_examples(draft, rows, format)
            counts = {
                **mix.summary(),
                **shared,
                "licences": _licences(rows),
                "warnings": licence_warnings(rows),
                "file": {
                    "name": out.name,
                    "sha256": file_hash(draft),
                    "rows": len(rows),
                    "format": format,
                },
            }
            document = summary_document("mix", counts, recipe.mix, [], PACKAGES)
            document["inputs"] = pool.inputs
            write_manifest(manifest, document, rows.assign(written=_hashes(rows, format)))
        # another mix to the same name must not come between a mix and its manifest
        held.enter_context(alone_in(outs[-1].parent))
    for out in outs:
        write_snippets(out, format, trainers)
    return document


def _licences(picked: pd.DataFrame) -> dict[str, int]:
    """Count the rows under each licence; those of an unknown one under ''."""
    return {str(name): int(rows) for name, rows in picked["licence"].value_counts().items()}


def _validation(
    out: Path, format: RowFormat, result: MixResult, pool: Pool, drafts: ExitStack
) -> dict[str, Any]:
    """Write rows set aside beside the largest mix, and say which they are."""
    if pool.embeddings is None:
        raise ConfigError("--validation needs the rows' vectors: give --embeddings")
    # a source that rows_of does not name gives nothing, here as in the mix
    named = pool.rows["source"].isin(result.options.rows_of or pool.rows["source"]).to_numpy()
    rows = set_aside(pool.rows[named], pool.embeddings[named], result)
    stem, endings = stem_and_endings(out)
    path = out.with_name(f"{stem}.validation{endings}")
    draft = drafts.enter_context(whole(path))
    write_examples(draft, rows, format)
    hashed = {"name": path.name, "sha256": file_hash(draft), "rows": len(rows)}
    return hashed | {"ids": rows["id"].tolist()}


def line(document: Document, outs: list[Path]) -> str:
    """Say in a line what was written."""
    options = document["options"]
    spent = "" if options["unit"] == "rows" else f" of {document['spent']} {options['unit']}"
    files = ", ".join(
        f"{rows} rows{spent} in {out}"
        for rows, out in zip(document["heads"].values(), outs, strict=True)
    )
    return f"{files}; manifest {manifest_path(outs[-1])}"


def _hashes(rows: pd.DataFrame, format: RowFormat) -> list[str]:
    return hashes_of(as_examples(rows, format, bool((rows["system"] != "").any())))
