"""Starts JupyterLab as Binder does, executes copies of notebooks next to it, and prints what each needs.

Prints one JSON object per line: first the server, then each notebook with its seconds, the CPU seconds of its kernel and
the peak memory of the kernel's process. Linux only. The folder of the notebooks does not change.
"""
import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

TOKEN = "grisaille"
START_SECONDS = 120
CELL_TIMEOUT_SECONDS = 1200


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kernel", default="grisaille")
    parser.add_argument("notebooks", nargs="+", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copies = Path(folder)
        with Server(copies) as server:
            tell(start_seconds=server.start_seconds, kernels=server.kernels(options.kernel))
            for path in options.notebooks:
                shutil.copy(path, copies)
                results = path.parent / "results"
                if results.is_dir():
                    shutil.copytree(results, copies / "results", dirs_exist_ok=True)
                tell(**execute(copies / path.name, options.kernel), server_mb=held(server.process.pid, "VmHWM"))


class Server:
    """JupyterLab in its own process, with the files of one folder."""

    def __init__(self, folder, **environment):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", f"--port={port}", "--ServerApp.port_retries=0", "--ip=127.0.0.1", "--no-browser",
             f"--IdentityProvider.token={TOKEN}", "--allow-root", f"--ServerApp.root_dir={folder}"],
            stdout=self.log,
            stderr=self.log,
            env={**os.environ, **environment},
        )

    def __enter__(self):
        started = time.monotonic()
        while True:
            try:
                self.get("/api/status")
                self.start_seconds = round(time.monotonic() - started, 1)
                return self
            except (urllib.error.URLError, ConnectionError):
                if self.process.poll() is not None or time.monotonic() - started > START_SECONDS:
                    self.__exit__()
                    self.log.seek(0)
                    sys.exit(f"JupyterLab did not start\n{self.log.read().decode(errors='replace')}")
                time.sleep(0.1)

    def get(self, path):
        request = urllib.request.Request(self.address + path, headers={"Authorization": f"token {TOKEN}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()

    def kernels(self, wanted):
        """The names of its kernels. Ends this program if the wanted kernel or JupyterLab's page is missing."""
        if "jupyter-config-data" not in self.get("/lab"):
            sys.exit("/lab is not JupyterLab's page")
        kernels = json.loads(self.get("/api/kernelspecs"))["kernelspecs"]
        if wanted not in kernels:
            sys.exit(f"JupyterLab has no kernel {wanted!r}; it has {', '.join(sorted(kernels))}")
        return sorted(kernels)

    def __exit__(self, *failure):
        self.process.terminate()
        self.process.wait(timeout=30)


def execute(path, kernel):
    """Executes one notebook in a new kernel. An error in a cell ends this program."""
    notebook = nbformat.read(path, as_version=4)
    manager = KernelManager(kernel_name=kernel)
    client = NotebookClient(notebook, km=manager, timeout=CELL_TIMEOUT_SECONDS, resources={"metadata": {"path": path.parent}})
    cost = {}
    client.on_notebook_complete = lambda notebook: cost.update(of_kernel(manager.provisioner.pid))
    started = time.monotonic()
    try:
        client.execute()
    finally:
        if manager.has_kernel:
            manager.shutdown_kernel(now=True)
    seconds = time.monotonic() - started
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    complaints = [output.text for output in outputs if output.get("name") == "stderr"]
    return {"notebook": path.stem, "seconds": round(seconds, 1), **cost, "stderr": "".join(complaints)}


def of_kernel(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = int(fields[11]) + int(fields[12])
    return {"cpu_seconds": round(ticks / os.sysconf("SC_CLK_TCK"), 1), "kernel_mb": held(pid, "VmHWM")}


def held(pid, what):
    """A memory value of a process, in megabytes (10⁶ bytes)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(what + ":"):
            return round(int(line.split()[1]) * 1024 / 1e6)
    raise ValueError(f"the status of process {pid} has no {what}")


def tell(**facts):
    print(json.dumps(facts, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
