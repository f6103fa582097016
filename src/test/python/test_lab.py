"""The script `lab` when something is wrong."""
import os
import shutil
import subprocess

import nbformat
import pytest


def lab(project, *arguments, **environment):
    return subprocess.run(
        [str(project / "lab"), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture
def tools(tmp_path):
    """A folder with just the commands named, to be the whole PATH."""

    def make(*names):
        for name in names:
            (tmp_path / name).symlink_to(shutil.which(name))
        return str(tmp_path)

    return make


COMMON = ("bash", "env", "dirname", "readlink", "sed", "cat", "cksum")


def test_help_names_every_command(project):
    result = lab(project, "help")
    assert result.returncode == 0
    for command in ("./lab ", "./lab setup", "./lab run", "./lab test", "./lab train", "./lab course"):
        assert command in result.stdout


def test_unknown_command(project):
    result = lab(project, "tset")
    assert result.returncode == 1 and "there is no command 'tset'" in result.stderr


def test_unknown_name_to_train(project):
    result = lab(project, "train", "a-cat")
    assert result.returncode == 1 and 'there is nothing called "a-cat" to train; there are: mnist-classifier,' in result.stderr


def test_java_home_without_a_jdk(project, tmp_path):
    result = lab(project, "setup", JAVA_HOME=str(tmp_path))
    assert result.returncode == 1
    assert f"JAVA_HOME is {tmp_path}" in result.stderr and "JDK 17 or newer" in result.stderr


def test_old_jdk(project, tmp_path):
    javac = tmp_path / "bin" / "javac"
    javac.parent.mkdir()
    javac.write_text("#!/bin/sh\necho javac 11.0.2\n")
    javac.chmod(0o755)
    result = lab(project, "setup", JAVA_HOME=str(tmp_path))
    assert result.returncode == 1 and "is a JDK 11, wanted is 17 or newer" in result.stderr


def test_no_maven(project, tools):
    result = lab(project, "setup", PATH=tools(*COMMON, "python3"))
    assert result.returncode == 1 and "Maven was not found: install it" in result.stderr


def test_no_python(project, tools):
    result = lab(project, "setup", PATH=tools(*COMMON, "mvn"))
    assert result.returncode == 1 and "Python was not found: install Python 3.9" in result.stderr


def test_a_failing_notebook_is_named_and_left_as_it_was(project, tmp_path):
    cells = [nbformat.v4.new_code_cell(source) for source in ("int a = 1;", 'throw new RuntimeException("broken on purpose")')]
    path = tmp_path / "failing.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    before = path.read_bytes()
    result = lab(project, "run", str(path))
    assert result.returncode == 1
    assert "failing.ipynb: code cell 2 failed" in result.stderr and "broken on purpose" in result.stderr
    assert path.read_bytes() == before


def test_a_notebook_that_is_not_there(project):
    result = lab(project, "run", "notebooks/99-nothing.ipynb")
    assert result.returncode == 1 and "there is no such notebook" in result.stderr
