"""What stands in for the program `conda` in tests: it is not conda, and knows no conda-forge.

It answers what Snakemake asks. Environments are solved and installed by rattler, which conda's
world uses too; the `pip:` section is installed by pip, as conda does it. Channels are looked up in
`.condarc` beside it (`custom_multichannels`, as conda has it), and no other is ever asked.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
VERSION = "26.7.1"
"""The version whose answers these are."""


def main(words: list[str]) -> int:
    """Answer as conda does."""
    match words:
        case ["--version"]:
            print(f"conda {VERSION}")
        case ["info", "--json"]:
            print(json.dumps({"conda_prefix": str(ROOT), "platform": "linux-64"}))
        case ["config", "--get", "channel_priority", "--json"]:
            print(json.dumps({"get": {"channel_priority": "strict"}}))
        case ["clean", "-y", "--tarballs"]:
            pass  # rattler leaves none
        case ["env", "create", *rest]:
            return create(rest)
        case _:
            print(f"the stand-in for conda does not know: {words}", file=sys.stderr)
            return 2
    return 0


def create(words: list[str]) -> int:
    """Make an environment out of its file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("--no-default-packages", action="store_true")
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--prefix", type=Path, required=True)
    asked = parser.parse_args(words)
    spec = yaml.safe_load(asked.file.read_text())
    packages = [one for one in spec["dependencies"] if isinstance(one, str)]
    lines = [line for one in spec["dependencies"] if isinstance(one, dict) for line in one["pip"]]
    try:
        asyncio.run(install(packages, addresses(spec["channels"]), asked.prefix))
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return pip(lines, asked.prefix, asked.file.parent) if lines else 0


def addresses(channels: list[str]) -> list[str]:
    """Say where the channels of a file are; `nodefaults` only takes one away."""
    known = yaml.safe_load((ROOT / ".condarc").read_text())["custom_multichannels"]
    return [place for name in channels if name != "nodefaults" for place in known[name]]


async def install(packages: list[str], channels: list[str], prefix: Path) -> None:
    """Solve and link the packages that are conda's."""
    import rattler

    specs = [rattler.MatchSpec(one, strict=True) for one in packages]
    solved = await rattler.solve(channels, specs, platforms=["noarch"])
    await rattler.install(solved, prefix, cache_dir=ROOT / "pkgs", show_progress=False)


def pip(lines: list[str], prefix: Path, folder: Path) -> int:
    """Install the `pip:` section as conda does: by the environment's pip, from a file."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", dir=folder) as requirements:
        requirements.write("\n".join(lines))
        requirements.flush()
        words = ["install", "-U", "-r", requirements.name, "--exists-action=b", "--quiet"]
        python = prefix / "bin" / "python"
        return subprocess.run([python, "-m", "pip", *words], cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
