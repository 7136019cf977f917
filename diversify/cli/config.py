"""`diversify config check` and `diversify config schema`."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from diversify.cli.configured import read_config
from diversify.config.experiment import cells
from diversify.config.settings import Settings, settings_from


def check(
    files: Annotated[list[Path], Parameter(name="FILE", negative=())] = [Path("config.yaml")],
    /,
) -> None:
    """Check config files and list every fault.

    Each file is laid over those before it.

    Example: diversify config check config.yaml workflow/presets/smoke.yaml
    """
    settings = settings_from(read_config(files))
    for name in settings.run:
        experiment = settings.experiments[name]
        print(f"{name}: {experiment.track} track, {len(cells(experiment))} cells")


def schema() -> None:
    """Print the JSON schema of config files.

    For editors and for other programs.

    Example: diversify config schema > workflow/schemas/config.schema.json
    """
    print(json.dumps(Settings.model_json_schema(), indent=1))
