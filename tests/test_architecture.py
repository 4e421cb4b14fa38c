"""The layers: which module may import which, and what the rules of an exercise must never load."""

import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = (
    ("errors",),
    ("text", "settings"),
    ("coach",),
    ("content",),
    ("activities",),
    ("kinds",),
    ("library",),
    ("session",),
    ("links", "store"),
    ("room",),
    ("report", "pages"),
    ("widgets", "server"),
    ("cli",),
)
"""From the bottom up; a module imports its own package and the rows above it, never its neighbours."""

RANKS = {name: rank for rank, row in enumerate(LAYERS) for name in row}
FORBIDDEN = ("ipywidgets", "anywidget", "sqlalchemy", "tornado", "voila", "jupyter_server", "IPython")


def modules() -> dict[str, Path]:
    """Every module of kit by its dotted name."""
    found = {}
    for path in sorted((ROOT / "kit").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name: str, path: Path, known: set[str]) -> set[str]:
    """The modules of kit that a module imports, deferred imports too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = name if path.stem == "__init__" else name.rpartition(".")[0]
            base = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1])
            source = ".".join(filter(None, (base, node.module))) if node.level else node.module
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                found.add(inner if inner in known else source)
    return {module for module in found if module in known and module != name}


def graph() -> dict[str, set[str]]:
    known = modules()
    return {name: imports(name, path, set(known)) for name, path in known.items()}


def layer(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def test_every_module_has_a_layer() -> None:
    unknown = {layer(module) for module in modules()} - RANKS.keys() - {"", "__main__"}
    assert not unknown, f"Say in LAYERS of tests/test_architecture.py where {sorted(unknown)} belongs."


def test_imports_go_in_one_direction() -> None:
    wrong = [
        f"{module} imports {imported}"
        for module, targets in graph().items()
        for imported in targets
        if layer(module) in RANKS
        and layer(module) != layer(imported)
        and RANKS.get(layer(imported), len(LAYERS)) >= RANKS[layer(module)]
    ]
    assert not wrong, "\n".join(wrong)


def test_no_module_imports_itself_by_way_of_others() -> None:
    try:
        TopologicalSorter(graph()).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("package", ["kit.content", "kit.activities", "kit.kinds"])
def test_rules_and_content_load_no_io(package: str) -> None:
    names = sorted(module for module in modules() if module == package or module.startswith(package + "."))
    code = f"import sys, {', '.join(names)}; print(*(set({FORBIDDEN!r}) & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == []
