"""`diversify verify`: a manifest against its files, on this machine or another."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from diversify.cli.flags import AsJson, Flat, Summary, Threads
from diversify.cli.leaks import leaking
from diversify.cli.output import printable, tell
from diversify.cli.replay import replayed
from diversify.config.decontaminate import DecontaminateOptions
from diversify.errors import MismatchError
from diversify.hardware import usable_threads
from diversify.io.manifest import read_manifest
from diversify.io.verify import Finding, check_files, located


def verify(
    manifest: Annotated[Path, Parameter(name="MANIFEST", help="Manifest that `mix` wrote.")],
    files: Annotated[
        list[Path],
        Parameter(
            name="FILE",
            negative=(),
            help="The mix, or files it was drawn from, by name; as the manifest says if not given.",
        ),
    ] = [],
    /,
    *,
    replay: Annotated[
        bool,
        Parameter(negative=(), help="Draw the mix again from its files, and compare the picks."),
    ] = False,
    tests: Annotated[
        Path | None, Parameter(help="Table of test items, none of which the mix may give away.")
    ] = None,
    options: Annotated[DecontaminateOptions, Flat] = DecontaminateOptions(),
    threads: Threads = 0,
    summary: Summary = None,
    as_json: AsJson = False,
) -> None:
    """Check that a mix is what its manifest says, byte for byte.

    Looks at the manifest's own seal, at the mix beside it and at the files it was drawn from, and
    names the rows that differ. What is not here is said to be unchecked. With --replay the mix is
    drawn again; with --tests it is looked through for test items, as `decontaminate` looks. The
    exit code is 1 if anything differs or leaks.

    Example: diversify verify mix.manifest.json

    Example: diversify verify mix.manifest.json elsewhere/mix.jsonl code.jsonl --replay

    Example: diversify verify mix.manifest.json --tests tests.parquet
    """
    findings = check_files(manifest, files)
    if tests:
        document = read_manifest(manifest, check=False)
        mix = located(document, manifest, files)[document["file"]["name"]]
        findings.append(leaking(mix, tests, options))
    if replay and not any(finding.differs for finding in findings):
        findings += replayed(
            read_manifest(manifest, check=False), manifest, files, usable_threads(threads)
        )
    differing = [finding for finding in findings if finding.differs]
    document = {
        "stage": "verify",
        "manifest": str(manifest),
        "same": not differing,
        "findings": [finding.document() for finding in findings],
    }
    tell("\n".join(printable(str(finding)) for finding in findings), document, summary, as_json)
    if differing:
        raise MismatchError(_first(differing))


def _first(differing: list[Finding]) -> str:
    more = f" (and {len(differing) - 1} more)" if len(differing) > 1 else ""
    return f"{differing[0]}{more}"
