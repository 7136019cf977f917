"""`diversify recipe show`: the arms of a preset as a table, and the recipe of a mix as YAML."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any

import yaml
from cyclopts import Parameter
from pydantic import TypeAdapter, ValidationError

from diversify.cli.configured import read_config
from diversify.cli.output import printable
from diversify.cli.recipes import in_force, recipe_names
from diversify.config.arms import Arms, Line, budget_of
from diversify.config.mix import MixOptions
from diversify.config.settings import faults, merged
from diversify.errors import ConfigError

PRESETS: tuple[Traversable, ...] = (
    files("diversify") / "presets",
    Path(__file__).parents[2] / "workflow" / "presets",
)
"""Where presets lie: in an installed package, and in a checkout."""
ARMS: TypeAdapter[Arms] = TypeAdapter(Arms)


def recipe_show(
    name: Annotated[
        str, Parameter(name="NAME", help="Of a preset with arms or a recipe, or a YAML file.")
    ],
    /,
    *,
    experiment: Annotated[str, Parameter(help="Show the arms of this experiment alone.")] = "",
    every_option: Annotated[
        bool, Parameter(negative=(), help="Show what a recipe leaves as it is, too.")
    ] = False,
) -> None:
    """Show what comes with the package: the arms of experiments, and recipes of mixes.

    Arms are a table: rows of each source, the strategy that picks them, and the budget. A recipe is
    printed as YAML, as `mix --recipe` reads it.

    Example: diversify recipe show code-specialist --experiment deepseek
    """
    shown = list(_shown(name, experiment, every_option))
    if not shown:
        names = ", ".join(sorted({*recipe_names(), *preset_names()}))
        raise ConfigError(f"there is no recipe '{name}': give one of {names}, or a YAML file")
    print("\n\n".join(shown))


def _shown(name: str, experiment: str, every_option: bool) -> Iterator[str]:
    """Give what goes by a name: the tables of a preset, then the recipe of a mix."""
    own = Path(name).is_file()
    preset = read_config([Path(name)]) if own else read_preset(name)
    if "experiments" in preset:
        yield from _tables(name, preset["experiments"], experiment)
    elif experiment:
        raise ConfigError(f"{name}: has no experiments, so no '{experiment}'")
    if not experiment and (name in recipe_names() or (own and "experiments" not in preset)):
        yield f"# the recipe of `diversify mix --recipe {name}`\n{_as_yaml(name, every_option)}"


def _as_yaml(name: str, every_option: bool) -> str:
    """Print a recipe once it is checked: what it sets, or every option."""
    values = in_force(name, []).model_dump(mode="json", exclude_unset=not every_option)
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=100).rstrip()


def preset_names() -> list[str]:
    """Name the presets that come with the package and have arms."""
    there = [entry for folder in PRESETS if folder.is_dir() for entry in folder.iterdir()]
    named = {entry.name.removesuffix(".yaml") for entry in there if entry.name.endswith(".yaml")}
    return sorted(name for name in named if _with_arms(read_preset(name).get("experiments")))


def read_preset(name: str) -> dict[str, Any]:
    """Read a preset that comes with the package; empty if there is none of this name."""
    for folder in PRESETS:
        if "/" not in name and (folder / f"{name}.yaml").is_file():
            text = (folder / f"{name}.yaml").read_text(encoding="utf-8")
            return dict(yaml.safe_load(text) or {})
    return {}


def _tables(name: str, experiments: Any, asked: str) -> Iterator[str]:
    """Lay out the arms of each experiment, or of the one that is asked for."""
    known = _with_arms(experiments)
    if asked and asked not in known:
        there = f"there are {', '.join(known)}" if known else "there is none"
        raise ConfigError(f"{name}: no experiment '{asked}' with arms ({there})")
    if not known:
        raise ConfigError(f"{name}: no experiment of it has arms")
    for title, experiment in known.items():
        if asked in ("", title):
            yield "\n".join(_table(name, title, experiment))


def _with_arms(experiments: Any) -> dict[str, dict[str, Any]]:
    """Give the experiments that have arms, each laid over those that it extends."""
    given = experiments if isinstance(experiments, dict) else {}
    whole = {name: _extended(name, given, ()) for name in given}
    return {str(name): one for name, one in whole.items() if "arms" in one}


def _extended(name: str, experiments: Mapping[str, Any], seen: tuple[str, ...]) -> dict[str, Any]:
    own = experiments.get(name)
    if not isinstance(own, dict) or name in seen:
        return {}
    base = _extended(own["extends"], experiments, (*seen, name)) if "extends" in own else {}
    return dict(merged(base, own))


def _table(preset: str, title: str, experiment: Mapping[str, Any]) -> Iterator[str]:
    """Lay out the arms that run as aligned text: rows of each source, budget, strategy."""
    chosen = (experiment.get("grid") or {}).get("arms")
    every, usual = _read(experiment, f"{preset}: experiments.{title}")
    names = chosen if isinstance(chosen, list) and chosen else list(every)
    arms = {name: every[name] for name in names if name in every}
    sources = list(dict.fromkeys(source for arm in arms.values() for source in arm))
    head = ["arm", *sources, "budget", "strategy"]
    lines = [
        [arm, *_rows(table, sources), f"{budget_of(table):,}", _strategies(table, usual)]
        for arm, table in arms.items()
    ]
    yield f"# {preset}, experiment {title}: {len(arms)} arms"
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    for first, *numbers, last in [head, *lines]:
        right = (cell.rjust(width) for cell, width in zip(numbers, widths[1:-1], strict=True))
        yield printable("  ".join([first.ljust(widths[0]), *right, last]))


def _read(experiment: Mapping[str, Any], where: str) -> tuple[Arms, str]:
    """Read the arms of an experiment, and the strategy of those that name none."""
    wrong = f"{where}.arms."
    try:
        arms = ARMS.validate_python(experiment["arms"])
        wrong = f"{where}.mix."
        return arms, MixOptions.model_validate(experiment.get("mix") or {}).strategy
    except ValidationError as error:
        raise ConfigError("\n".join(faults(error, wrong))) from error


def _rows(arm: Mapping[str, Line], sources: Sequence[str]) -> list[str]:
    """Spell the rows of each source; a dash where the arm takes none."""
    return [f"{arm[name].rows:,}" if name in arm and arm[name].rows else "-" for name in sources]


def _strategies(arm: Mapping[str, Line], usual: str) -> str:
    """Spell the strategy of an arm, or those of its sources where they differ."""
    used = {name: line.strategy or usual for name, line in arm.items() if line.rows}
    if len(set(used.values())) == 1:
        return next(iter(used.values()))
    return ", ".join(f"{strategy} of {name}" for name, strategy in used.items())
