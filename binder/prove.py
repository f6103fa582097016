"""Builds the image and runs notebooks in it with Binder's limits: 2 GB of memory, one core, and no network.

Needs root on Linux, and buildah, debootstrap, unshare and ip, but no container engine and no image registry. debootstrap
makes the base image of the Dockerfile from Debian's packages. A control group sets the limits. Files go to
target/container; the image stays in buildah's storage as `grisaille`.
"""
import argparse
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT / "target" / "container"
NOTEBOOKS = ["01-", "02-", "06-", "07-"]
MEMORY_BYTES = 2 << 30
PACKAGES = {"buildah": "buildah", "debootstrap": "debootstrap", "unshare": "util-linux", "ip": "iproute2"}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ca-certificates", type=Path, metavar="FOLDER",
                        help="folder with certificates (.crt) of a local authority to trust during the build, such as /usr/local/share/ca-certificates")
    parser.add_argument("--run-only", action="store_true", help="run the image that an earlier call built")
    parser.add_argument("notebooks", nargs="*", help="the beginnings of the notebooks' names; the default is 01- 02- 06- 07-")
    options = parser.parse_args()
    check(options)
    names = chosen(options.notebooks)
    FOLDER.mkdir(parents=True, exist_ok=True)
    facts = {}
    if not options.run_only:
        for log in FOLDER.glob("*.log"):
            log.unlink()
        facts.update(base())
        facts.update(build(options.ca_certificates))
    facts.update(run(names))
    (FOLDER / "proof.json").write_text(json.dumps(facts, indent=4, ensure_ascii=False) + "\n")
    report(facts)


def check(options):
    if os.geteuid() != 0:
        sys.exit("prove: this needs root, to make a file system and a control group: try sudo")
    missing = [package for command, package in PACKAGES.items() if not shutil.which(command)]
    if missing:
        sys.exit(f"prove: {', '.join(missing)} missing: apt-get install {' '.join(missing)}")
    if options.ca_certificates and not list(options.ca_certificates.glob("*.crt")):
        sys.exit(f"prove: {options.ca_certificates} contains no certificate (.crt)")


def chosen(beginnings):
    names = sorted(path.name for path in (PROJECT / "notebooks").glob("*.ipynb"))
    for beginning in beginnings:
        if not any(name.startswith(beginning) for name in names):
            sys.exit(f"prove: no notebook's name begins with {beginning}; there are {', '.join(names)}")
    return [name for name in names if name.startswith(tuple(beginnings or NOTEBOOKS))]


def base():
    """Makes the base image of the Dockerfile, if an earlier call has not made it."""
    name = re.search(r"^FROM (\S+) AS machine$", (PROJECT / "Dockerfile").read_text(), re.MULTILINE)[1]
    suite = re.match(r"debian:([a-z]+)", name)[1]
    if subprocess.run(["buildah", "inspect", "--type", "image", name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
        return {}
    root = FOLDER / "base"
    if root.exists():
        shutil.rmtree(root)
    started = time.monotonic()
    logged("base", "debootstrap", "--variant=minbase", suite, str(root))
    container = output("buildah", "from", "scratch")
    logged("base", "buildah", "copy", "--quiet", container, str(root), "/")
    logged("base", "buildah", "config", "--env", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", container)
    logged("base", "buildah", "commit", "--quiet", "--rm", container, f"docker.io/library/{name}")
    shutil.rmtree(root)
    return {"base_seconds": round(time.monotonic() - started)}


def build(certificates):
    started = time.monotonic()
    command = ["buildah", "bud", "--isolation", "chroot", "--pull-never", "--network", "host", "--format", "docker", "--no-cache"]
    if certificates:
        command += ["-v", f"{certificates.resolve()}:/usr/local/share/ca-certificates:ro"]
    logged("build", *command, "-t", "grisaille", "-f", "Dockerfile", ".")
    return {"build_seconds": round(time.monotonic() - started)}


def run(names):
    container = output("buildah", "from", "--pull-never", "grisaille")
    results = FOLDER / "run.log"
    try:
        image_mb = int(output("du", "-sm", output("buildah", "mount", container)).split()[0])
        with Limits() as limits, open(FOLDER / "run.err", "w") as errors:
            inside = ["buildah", "run", "--isolation", "chroot", "-v", f"{PROJECT / 'binder' / 'measure.py'}:/measure.py:ro", container, "--"]
            commands = (
                [*inside, "java", "-XshowSettings:system", "-version"],
                [*inside, "python3", "-c", "import jupyterlab, notebook, os; print(os.getuid(), os.getcwd())"],
                [*inside, "python3", "/measure.py", *names],
            )
            with open(results, "w") as out:
                for command in commands:
                    if limits.run(command, out, errors):
                        sys.exit(f"prove: {' '.join(command)} failed\n{(FOLDER / 'run.err').read_text()}")
            measured = limits.measured()
    finally:
        subprocess.run(["buildah", "rm", container], check=True, stdout=subprocess.DEVNULL)
    lines = results.read_text().splitlines()
    return {"image_mb": image_mb, **measured, "runs": [json.loads(line) for line in lines if line.startswith("{")]}


class Limits:
    """A control group (version 1 or 2) with 2 GB and one core, and the peak memory in it."""

    def __init__(self):
        top = Path("/sys/fs/cgroup")
        name = f"grisaille-{os.getpid()}"
        if (top / "cgroup.controllers").exists():
            self.folders = [top / name]
            self.limits = {"memory.max": MEMORY_BYTES, "memory.swap.max": 0, "cpu.max": "100000 100000"}
            self.own_memory, self.kills = "anon", ("memory.events", "oom_kill")
        else:
            self.folders = [top / "memory" / name, top / "cpu" / name]
            self.limits = {"memory.limit_in_bytes": MEMORY_BYTES, "memory.swappiness": 0, "cpu.cfs_quota_us": 100000}
            self.own_memory, self.kills = "total_rss", ("memory.oom_control", "oom_kill")
        self.peak = 0
        self.over = threading.Event()

    def __enter__(self):
        for folder in self.folders:
            folder.mkdir()
        for file, value in self.limits.items():
            next(folder / file for folder in self.folders if (folder / file).exists()).write_text(str(value))
        self.watcher = threading.Thread(target=self.watch, daemon=True)
        self.watcher.start()
        return self

    def watch(self):
        while not self.over.wait(0.1):
            self.peak = max(self.peak, number(self.folders[0] / "memory.stat", self.own_memory))

    def run(self, command, out, errors):
        """Runs a command in the control group, with a network that has only the loopback device; returns its exit status."""

        def enter():
            for folder in self.folders:
                (folder / "cgroup.procs").write_text(str(os.getpid()))

        alone = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *command]
        return subprocess.run(alone, stdout=out, stderr=errors, preexec_fn=enter, cwd="/").returncode

    def measured(self):
        return {"peak_mb": round(self.peak / 1e6), "killed": number(self.folders[0] / self.kills[0], self.kills[1])}

    def __exit__(self, *failure):
        self.over.set()
        self.watcher.join()
        for folder in self.folders:
            with contextlib.suppress(OSError):
                folder.rmdir()


def number(file, key):
    return int(re.search(rf"^{key} (\d+)$", file.read_text(), re.MULTILINE)[1])


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=PROJECT).stdout.strip()


def logged(log, *command):
    file = FOLDER / f"{log}.log"
    with open(file, "a") as out:
        if subprocess.run(command, stdout=out, stderr=out, cwd=PROJECT).returncode:
            sys.exit(f"prove: {' '.join(command)} failed; its log is {file}")


def report(facts):
    for what in ("base_seconds", "build_seconds", "image_mb", "peak_mb", "killed"):
        if what in facts:
            print(f"{what.replace('_', ' ')}: {facts[what]:,}")
    for one in facts["runs"]:
        print(", ".join(f"{key.replace('_', ' ')} {value}" for key, value in one.items()))


if __name__ == "__main__":
    main()
