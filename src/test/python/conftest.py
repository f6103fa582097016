"""Shared by the notebooks' tests: the real kernel and the folder of the project."""
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def project():
    return PROJECT


@pytest.fixture
def run_cells():
    """Runs cells in a new kernel; returns the executed cells. Errors are among their outputs."""

    def run(*sources, timeout=120):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
        NotebookClient(
            notebook, kernel_name="grisaille", timeout=timeout, allow_errors=True, coalesce_streams=True
        ).execute()
        return notebook.cells

    return run
