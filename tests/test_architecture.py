"""The layers: which module may import which, and what the rules of an exercise must never load."""

import ast
import json
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from kit.kinds import KINDS, kind_of
from kit.kinds.script import Kind
from kit.library import load_folder

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
    ("steps",),
    ("lead",),
    ("report", "pages"),
    ("widgets", "server", "rehearsal"),
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


def outside_scripts() -> list[Path]:
    """Every module and template of kit but those that make a kind's script."""
    scripts = {ROOT / "kit" / "kinds" / name / "__init__.py" for name in KINDS}
    files = [*(ROOT / "kit").rglob("*.py"), *(ROOT / "kit").rglob("*.html")]
    return [path for path in files if path not in scripts]


def test_no_code_but_a_script_asks_which_stage_is_on() -> None:
    name, text = r"\bstage(\.id|_id)?\b", "[\"']"
    asking = re.compile(
        rf"{name}\s*(==|!=)\s*{text}|{name}\s+(not\s+)?in\s*[(\[{{]\s*{text}|{text}\s*(==|!=)\s*{name}"
    )
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in outside_scripts()
        for line in path.read_text(encoding="utf-8").splitlines()
        if asking.search(line)
    ]
    assert not found, "\n".join(found)


def test_results_know_no_kind_and_no_table_of_a_kind_by_name() -> None:
    tables = {table.name for kind in every_kind() for table in kind.tables} - {"summary"}
    known = {*KINDS, *tables, *(kind.__name__ for kind in KINDS.values())}
    code = [path.read_text(encoding="utf-8") for path in (ROOT / "kit" / "report").glob("*.py")]
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        code += ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    texts = {
        node.value
        for text in code
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert not texts & known


def every_kind() -> list[Kind]:
    """Each kind, made from an exercise that ships with the project."""
    return [kind_of(exercise) for exercise in load_folder(ROOT / "exercises").exercises.values()]


def test_who_reads_no_phrase_does_not_load_the_network() -> None:
    code = (
        "import sys, kit.library, kit.room, kit.server.app; kit.library.load_folder('exercises'); "
        "print('onnxruntime' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
