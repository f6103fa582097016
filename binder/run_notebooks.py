"""Executes notebooks in place with the kernel `grisaille` and writes each as HTML to target/notebooks/.

A notebook that fails is not changed. The failing cell and its error are printed, and the exit status is 1.
"""
import os
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert import HTMLExporter

CELL_TIMEOUT_SECONDS = 1200
HTML_FOLDER = Path("target/notebooks")


def execute(path):
    """Executes one notebook; returns an error message, or None."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="grisaille",
        timeout=CELL_TIMEOUT_SECONDS,
        coalesce_streams=True,
        resources={"metadata": {"path": path.parent}},
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        failed = next((i for i, cell in enumerate(cells, 1) if not cell.get("execution_count") or has_error(cell)), "?")
        return f"code cell {failed} failed\n{describe(cells, error)}"
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    save(nbformat.writes(notebook), path)
    html, _ = HTMLExporter().from_notebook_node(notebook)
    HTML_FOLDER.mkdir(parents=True, exist_ok=True)
    save(html, HTML_FOLDER / (path.stem + ".html"))
    return None


def describe(cells, error):
    """The failing cell's error with its stack trace, or the client's error if the cell has none."""
    errors = [output for cell in cells for output in cell.outputs if output.output_type == "error"]
    return "\n".join(errors[-1].traceback) if errors else str(error)


def has_error(cell):
    return any(output.output_type == "error" for output in cell.outputs)


def save(text, path):
    """Writes a file, whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_text(text + ("" if text.endswith("\n") else "\n"), encoding="utf-8")
    os.replace(part, path)


def main(names):
    failures = 0
    for name in names:
        path = Path(name)
        if not path.is_file():
            print(f"{name}: there is no such notebook", file=sys.stderr)
            failures += 1
            continue
        start = time.monotonic()
        error = execute(path)
        seconds = time.monotonic() - start
        if error:
            print(f"{name}: {error}", file=sys.stderr)
            failures += 1
        else:
            print(f"{name}: {seconds:.0f} s", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
