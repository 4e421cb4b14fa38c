"""JupyterLab for these notebooks: they open in this folder, and saving one never stores what its cells showed.

The results notebook shows what participants wrote; that belongs in the database, not in a file that is passed on.
"""

from pathlib import Path
from typing import Any


def without_outputs(model: dict[str, Any], **_where: Any) -> None:
    """Leave out of a notebook that is about to be saved what its cells showed, widgets included."""
    if model["type"] != "notebook":
        return
    notebook = model["content"]
    notebook["metadata"].pop("widgets", None)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None


c = get_config()  # noqa: F821 - Jupyter hands it to the file
c.ServerApp.root_dir = str(Path(__file__).parent)
c.ContentsManager.pre_save_hook = without_outputs
