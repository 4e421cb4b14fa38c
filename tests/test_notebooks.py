"""Every notebook: small, without outputs, in our look, and it runs from top to bottom."""

import ast
import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import workshop_environment
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient
from rooms import EXERCISES, a_partners_session, a_phrasing_session, a_session, in_a_thread

from kit.store.store import Store

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(
    path.relative_to(FOLDER).as_posix()
    for path in FOLDER.rglob("*.ipynb")
    if ".ipynb_checkpoints" not in path.parts
)
LOGIC = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.For,
    ast.While,
    ast.If,
    ast.Try,
    ast.With,
    ast.Lambda,
    ast.ListComp,
    ast.DictComp,
    ast.SetComp,
    ast.GeneratorExp,
)
CELL_SECONDS = 180


def read(name: str) -> Any:
    """A notebook, checked against the format."""
    notebook = nbformat.read(FOLDER / name, as_version=4)
    nbformat.validate(notebook)
    return notebook


def cells(name: str, kind: str) -> list[Any]:
    return [cell for cell in read(name).cells if cell.cell_type == kind]


def test_there_are_notebooks_for_every_role() -> None:
    assert {"index.ipynb", "results.ipynb"} <= set(NOTEBOOKS)
    assert any(name.startswith("facilitate/") for name in NOTEBOOKS)
    assert any(name.startswith("practise/") for name in NOTEBOOKS)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_stored_clean(name: str) -> None:
    for cell in cells(name, "code"):
        assert cell.outputs == []
        assert cell.execution_count is None
    metadata = read(name).metadata
    assert metadata.kernelspec.name == "python3"
    assert metadata.kernelspec.display_name.startswith("Python 3")
    assert metadata.voila == {"template": "workshop"}
    assert metadata.title
    assert set(metadata) <= {"kernelspec", "language_info", "title", "voila"}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_code_cells_are_calls_and_nothing_else(name: str) -> None:
    for cell in cells(name, "code"):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert 1 <= len(lines) <= 3, cell.source
        assert not cell.source.lstrip().startswith(("%", "!")), cell.source
        assert not [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, LOGIC)], cell.source


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_begins_with_a_title_and_one_cell_of_imports(name: str) -> None:
    first = read(name).cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    importing = [
        number
        for number, cell in enumerate(cells(name, "code"))
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(ast.parse(cell.source)))
    ]
    assert importing == [0]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_loads_nothing_from_elsewhere(name: str) -> None:
    for cell in cells(name, "markdown"):
        assert "<script" not in cell.source
        assert "<style" not in cell.source
        assert "![](http" not in cell.source.replace(" ", "")


def test_notebooks_tell_more_than_they_run() -> None:
    told = sum(len(cells(name, "markdown")) for name in NOTEBOOKS)
    run = sum(len(cells(name, "code")) for name in NOTEBOOKS)
    assert told >= 1.5 * run, (told, run)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_links_between_notebooks_lead_somewhere(name: str) -> None:
    for cell in cells(name, "markdown"):
        for target in nbformat_links(cell.source):
            assert (FOLDER / name).parent.joinpath(target).resolve().exists(), f"{name} links to {target}"


def nbformat_links(markdown: str) -> list[str]:
    """The relative targets of a cell's links."""
    parts = markdown.split("](")[1:]
    targets = [part.partition(")")[0].partition("?")[0].partition("#")[0] for part in parts]
    return [target for target in targets if target and "://" not in target]


Run = Callable[..., Any]

AFRESH = """\
import os, sys
os.environ.update({environment})
os.chdir({folder!r})
for name in [name for name in sys.modules if name.partition(".")[0] == "kit"]:
    del sys.modules[name]
"""
"""As in a new kernel, but for the libraries that it has imported."""


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Run a notebook as Voilà does, with its own folder as the working one; returns it with its outputs."""
    kernel = AsyncKernelManager(kernel_name="python3")

    def run(name: str, data: Path, address: str = "") -> Any:
        notebook = read(name)
        environment = workshop_environment(data) | {"QUERY_STRING": address}
        begin = AFRESH.format(environment=environment, folder=str((FOLDER / name).parent))
        notebook.cells.insert(0, nbformat.v4.new_code_cell(begin))
        client = NotebookClient(notebook, timeout=CELL_SECONDS, km=kernel)
        client.execute(cleanup_kc=False)
        client.kc.stop_channels()
        return notebook

    yield run
    in_a_thread(lambda: asyncio.run(kernel.shutdown_kernel(now=True)))


OWN = {Path(name).stem for name in NOTEBOOKS}
SHARED = sorted(path.stem for path in EXERCISES.glob("*.yaml") if path.stem not in OWN)
"""The exercises without a notebook of their own."""

OPENED = [(name, "") for name in NOTEBOOKS if Path(name).stem != "any"]
OPENED += [
    (name, f"exercise={one}")
    for name in NOTEBOOKS
    if Path(name).stem == "any"
    for one in ("how-good-is-our-service", "which-channel")
]
"""Every notebook with what its address must say; what serves all others, with one of each kind."""


def test_one_notebook_of_each_role_serves_the_other_exercises() -> None:
    assert {"facilitate/any.ipynb", "practise/any.ipynb"} <= set(NOTEBOOKS)
    assert {"how-good-is-our-service", "where-did-it-break"} <= set(SHARED)


@pytest.mark.parametrize(("name", "address"), OPENED)
def test_a_notebook_runs_before_anything_has_happened(
    run: Run, name: str, address: str, tmp_path: Path
) -> None:
    done = run(name, tmp_path, address)
    outputs = [output for cell in done.cells if cell.cell_type == "code" for output in cell.outputs]
    assert outputs, "something is shown"
    assert not [output for output in outputs if output.output_type in ("error", "stream")]


@pytest.mark.parametrize(
    ("name", "address"), [opened for opened in OPENED if not opened[0].startswith("practise/")]
)
def test_a_notebook_runs_with_a_session_that_has_answers(
    run: Run, name: str, address: str, tmp_path: Path
) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'workshop.sqlite'}") as store:
        session = a_phrasing_session(store, session=a_session(store, people=6))
        a_partners_session(store, session=session)
    done = run(name, tmp_path, f"session={session.code}&{address}")
    outputs = [output for cell in done.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type in ("error", "stream")]
    if name == "results.ipynb":
        shown = "".join(str(output.get("data", {}).get("text/html", "")) for output in outputs)
        assert "Tuesday&#x27;s workshop" in shown or "Tuesday's workshop" in shown
        assert "20" in shown
        assert "a laptop with accounts on the first morning" in shown
        assert "data:text/calendar" in shown
        assert "Ada" not in re.sub(r"base64,[\w+/=]+", "", shown), "names stay out of results"
