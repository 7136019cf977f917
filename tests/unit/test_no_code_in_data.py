"""Nothing that the package reads can run: no pickle, no evaluation, no shell in its trees."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "diversify").rglob("*.py"))
RULES = [ROOT / "Snakefile", ROOT / "workflow/Snakefile", *sorted((ROOT / "rules").glob("*.smk"))]

FORBIDDEN = {
    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "subprocess.getoutput",
    "subprocess.getstatusoutput", "pickle.load", "pickle.loads", "pickle.Unpickler", "torch.load",
    "joblib.load", "dill.load", "dill.loads", "cloudpickle.load", "marshal.load", "marshal.loads",
    "shelve.open", "pandas.read_pickle", "pd.read_pickle", "yaml.load", "yaml.unsafe_load",
    "yaml.full_load", "zipfile.ZipFile.extractall", "tempfile.mktemp",
}  # fmt: skip
METHODS = {"extractall", "extract", "read_pickle", "to_pickle"}
MODULES_OF_PICKLES = {"pickle", "joblib", "dill", "cloudpickle", "marshal", "shelve"}
INSIDE = {
    ("evaluation/sandbox/program.py", "exec"),  # runs strange code, in a process of the sandbox
    ("evaluation/sandbox/plain.py", "import marshal"),  # writes there, and never reads
}


def dotted(node):
    """Spell `a.b.c` as it stands; empty for anything else."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".removeprefix(".")
    return node.id if isinstance(node, ast.Name) else ""


def dangers(text):
    """Name what may run data as code, with its line."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names]
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                if name.split(".")[0] in MODULES_OF_PICKLES:
                    yield f"import {name}", node.lineno
        elif isinstance(node, ast.Call):
            yield from ((danger, node.lineno) for danger in of_call(node))


def of_call(node):
    name = dotted(node.func)
    if name in FORBIDDEN or (name.rpartition(".")[2] in METHODS and "." in name):
        yield name
    given = {word.arg: word.value for word in node.keywords}
    if not is_false(given.get("shell")):
        yield "shell=True"
    if not is_false(given.get("allow_pickle")):
        yield "allow_pickle=True"
    if name == "np.load" and "allow_pickle" not in given:
        yield "np.load without allow_pickle=False"
    trust = given.get("trust_remote_code")
    # it may be what the user's option says, and never what we say
    if isinstance(trust, ast.Constant) and trust.value:
        yield "trust_remote_code"


def is_false(value):
    return value is None or (isinstance(value, ast.Constant) and value.value is False)


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("import pickle", "import pickle"),
        ("from joblib import load", "import joblib"),
        ("torch.load(path, weights_only=True)", "torch.load"),
        ("np.load(path)", "np.load without allow_pickle=False"),
        ("np.load(path, allow_pickle=flag)", "allow_pickle=True"),
        ("yaml.load(text, Loader)", "yaml.load"),
        ("subprocess.run(line, shell=True)", "shell=True"),
        ("exec(text)", "exec"),
        ("archive.extractall(folder)", "archive.extractall"),
        ("Model(name, trust_remote_code=True)", "trust_remote_code"),
    ],
)
def test_the_walk_finds_what_it_looks_for(text, danger):
    assert danger in [name for name, _ in dangers(text)]


def test_no_module_runs_what_it_reads():
    assert len(MODULES) > 300
    found = {
        (str(path.relative_to(ROOT / "diversify")), name)
        for path in MODULES
        for name, _ in dangers(path.read_text(encoding="utf-8"))
    }
    assert found == INSIDE


def test_code_of_a_model_is_trusted_in_one_place_by_its_name():
    naming = [path for path in MODULES if "trust_remote_code=" in path.read_text(encoding="utf-8")]
    assert [str(path.relative_to(ROOT)) for path in naming] == [
        "diversify/io/embedders/sentence.py"
    ]


def test_the_rules_run_commands_and_nothing_else():
    assert len(RULES) >= 10
    for path in RULES:
        text = path.read_text(encoding="utf-8")
        for word in ("exec(", "eval(", "pickle", "script:", "run:", "subprocess"):
            assert word not in text, f"{path.name}: {word}"
