"""The error messages of the script `lab`."""
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager


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
    """Makes a folder with only the named commands, to be used as the whole PATH."""

    def make(*names):
        for name in names:
            (tmp_path / name).symlink_to(shutil.which(name))
        return str(tmp_path)

    return make


COMMON = ("bash", "env", "dirname", "readlink", "sed", "cat", "cksum")


def test_help_names_every_command(project):
    result = lab(project, "help")
    assert result.returncode == 0
    for command in (
        "./lab ", "./lab setup", "./lab install", "./lab run", "./lab test", "./lab train", "./lab course"
    ):
        assert command in result.stdout


def test_unknown_command(project):
    result = lab(project, "tset")
    assert result.returncode == 1 and "there is no command 'tset'" in result.stderr


def test_unknown_name_to_train(project):
    result = lab(project, "train", "a-cat")
    assert result.returncode == 1 and 'there is no training "a-cat"; there are: mnist-classifier,' in result.stderr


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
    assert result.returncode == 1 and "is a JDK 11, but 17 or newer is needed" in result.stderr


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


def test_install_removes_nothing_of_others(project, tmp_path):
    precious = tmp_path / "precious.txt"
    precious.write_text("mine")
    result = lab(project, "install", str(tmp_path))
    assert result.returncode == 1 and f"{tmp_path} contains other files" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["precious.txt"] and precious.read_text() == "mine"


def test_install_without_a_folder(project):
    result = lab(project, "install", "--heap=60%")
    assert result.returncode == 1 and "install needs one folder, such as /opt/grisaille; got 0" in result.stderr


def test_unknown_option_of_setup(project):
    result = lab(project, "setup", "--ijvaa=x.zip")
    assert result.returncode == 1 and "there is no option '--ijvaa=x.zip'" in result.stderr
    result = lab(project, "setup", "--ijava")
    assert result.returncode == 1 and "--ijava needs a value: --ijava=ijava-1.3.0.zip" in result.stderr


def test_a_heap_that_is_none(project):
    result = lab(project, "setup", "--heap=lots")
    assert result.returncode != 0 and "needs a size such as 1200m or 2g, or a share of the memory such as 60%; got 'lots'" in result.stderr


def test_ijava_that_is_not_there(project):
    result = lab(project, "setup", "--ijava", "nothing.zip")
    assert result.returncode == 1 and "nothing.zip: there is no such file; give IJava's release" in result.stderr


def zipped(names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return file.getvalue()


IJAVA = zipped({"io/github/spencerpark/ijava/IJava.class": b""})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html>not found</html>", "is damaged or not a release of IJava (File is not a zip file)"),
        (zipped({"IJava-1.3.0/build.gradle": b""}), "contains no java/ijava-….jar; give IJava's release"),
        (zipped({"java/ijava-1.3.0.jar": b"half of a jar"}), "is damaged or not a release of IJava (File is not a zip file)"),
        (zipped({"java/ijava-1.3.0.jar": zipped({"other/Main.class": b""})}), "is damaged or not a release of IJava"),
    ],
    ids=["no zip", "its source", "a damaged jar", "another jar"],
)
def test_what_is_no_release_of_ijava(project, tmp_path, content, message):
    file = tmp_path / "ijava-1.3.0.zip"
    file.write_bytes(content)
    result = lab(project, "setup", f"--ijava={file}")
    assert result.returncode == 1 and f"lab: {file}: {message}" in result.stderr


@pytest.mark.parametrize("top", ["", "ijava-1.3.0/"], ids=["as released", "in a folder"])
def test_ijava_becomes_a_second_kernel(project, tmp_path, top):
    release = tmp_path / "ijava-1.3.0.zip"
    release.write_bytes(zipped({f"{top}install.py": b"", f"{top}java/ijava-1.3.0.jar": IJAVA, f"{top}java/kernel.json": b"{}"}))
    kernels = tmp_path / "share" / "jupyter" / "kernels"
    (kernels / "java").mkdir(parents=True)
    (kernels / "java" / "jjava.jar").write_bytes(b"")

    def make(*more):
        command = [sys.executable, project / "binder" / "kernelspec.py", f"--java={java}", "--jar=/g/grisaille.jar", "--libraries=/g/lib"]
        subprocess.run([*command, f"--prefix={tmp_path}", *more], check=True)
        return json.loads((kernels / "grisaille-ijava" / "kernel.json").read_text())

    here = KernelSpecManager().get_kernel_spec("grisaille")
    java = Path(here.argv[0]).parents[1]
    kernel = make("--heap=60%", f"--ijava={release}")
    jar = kernels / "grisaille-ijava" / "ijava-1.3.0.jar"
    assert jar.read_bytes() == IJAVA
    assert kernel["argv"][:2] == [f"{java}/bin/java", "-XX:MaxRAMPercentage=60"]
    assert kernel["argv"][-3:] == ["-jar", str(jar), "{connection_file}"]
    assert kernel["language"] == "java" and kernel["display_name"] == "Java (Grisaille, IJava 1.3.0)"
    assert kernel["env"]["IJAVA_CLASSPATH"] == "/g/grisaille.jar:/g/lib/*"
    assert "Notebook.init()" in kernel["env"]["IJAVA_STARTUP_SCRIPT"]
    assert kernel["env"].get("IJAVA_COMPILER_OPTS") == here.env.get("JJAVA_COMPILER_OPTS")
    # an installed IJava gets later settings too
    assert make("--heap=800m")["argv"][1] == "-Xmx800m"
    assert json.loads((kernels / "grisaille" / "kernel.json").read_text())["argv"][1] == "-Xmx800m"
