"""Writes the kernelspecs, which tell Jupyter how to start a Java kernel with the library on its class path. lab, the
container and JupyterHub use this script. The kernels are `grisaille` (JJava) and, if --ijava was given now or earlier,
`grisaille-ijava` (the original IJava).
"""
import argparse
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

IJAVA_JAR = re.compile(r"(?:.*/)?java/(ijava-([0-9.]+)\.jar)")
MODULES = ["--add-modules", "jdk.incubator.vector"]


def heap_option(text):
    """The JVM's option for a heap of a fixed size (1200m, 2g) or a share of the container's memory (60%)."""
    share = re.fullmatch(r"([1-9][0-9]?)%", text)
    if share:
        return f"-XX:MaxRAMPercentage={share[1]}"
    if re.fullmatch(r"[1-9][0-9]*[mg]", text):
        return f"-Xmx{text}"
    raise argparse.ArgumentTypeError(f"a heap needs a size such as 1200m or 2g, or a share of the memory such as 60%; got {text!r}")


def kernels(options):
    return options.prefix / "share" / "jupyter" / "kernels"


def accepts(program, *flags):
    """Whether this program of the JDK knows the flags. An older JDK stops at an unknown flag."""
    try:
        return subprocess.run([program, *flags, "-version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError as missing:
        sys.exit(f"lab: {program} could not be started ({missing.strerror}): give the folder of a JDK")


def jvm(options):
    java = f"{options.java}/bin/java"
    # the extension replaces JJava's streams with streams that collect what cells print
    replace_streams = "--enable-final-field-mutation=ALL-UNNAMED"
    return [
        java,
        options.heap,
        "-Djava.awt.headless=true",
        *MODULES,
        "--enable-native-access=ALL-UNNAMED",
        *([replace_streams] if accepts(java, replace_streams) else []),
    ]


def compiler_options(options):
    """Cells may use the vector module if the compiler can suppress its warning. An older compiler would print the warning,
    with the whole cell, before each error.
    """
    silent = "-Xlint:-incubating"
    return [*MODULES, silent] if accepts(f"{options.java}/bin/javac", silent) else []


def environment(options, prefix):
    """The environment of a kernel; each kernel has its own prefix for the names."""
    compiler = compiler_options(options)
    return {
        "JAVA_HOME": options.java,
        "PATH": f"{options.java}/bin:${{PATH}}",
        **({f"{prefix}_COMPILER_OPTS": " ".join(compiler)} if compiler else {}),
        f"{prefix}_CLASSPATH": f"{options.jar}:{options.libraries}/*",
    }


def jjava(options):
    """Starts JJava without its launcher, which would be a second JVM that waits for the first."""
    jar = kernels(options) / "java" / "jjava.jar"
    if not jar.is_file():
        sys.exit(f"lab: {jar} is missing: install the packages of binder/requirements.txt there")
    write(
        kernels(options) / "grisaille",
        {
            "argv": [*jvm(options), "--add-opens", "jdk.jshell/jdk.jshell=ALL-UNNAMED", "-jar", str(jar), "{connection_file}"],
            "display_name": "Java (Grisaille)",
            "language": "java",
            "interrupt_mode": "message",
            "env": environment(options, "JJAVA"),
        },
    )


def ijava(options, jar):
    version = re.search(r"[0-9.]+[0-9]", jar.name)[0]
    write(
        jar.parent,
        {
            "argv": [*jvm(options), "-jar", str(jar), "{connection_file}"],
            "display_name": f"Java (Grisaille, IJava {version})",
            "language": "java",
            "interrupt_mode": "message",
            "env": {
                **environment(options, "IJAVA"),
                "IJAVA_STARTUP_SCRIPT": "io.github.grisaille.notebook.Notebook.init();",
            },
        },
    )


def unpack(release, folder):
    """Extracts IJava's jar from its release, ijava-1.3.0.zip; returns the path of the jar."""
    if not release.is_file():
        sys.exit(f"lab: {release}: there is no such file; give IJava's release, ijava-1.3.0.zip")
    try:
        with zipfile.ZipFile(release) as archive:
            jars = [match for match in map(IJAVA_JAR.fullmatch, archive.namelist()) if match]
            if len(jars) != 1:
                sys.exit(f"lab: {release}: contains no java/ijava-….jar; give IJava's release, ijava-1.3.0.zip (not its source)")
            content = archive.read(jars[0][0])
            zipfile.ZipFile(io.BytesIO(content)).getinfo("io/github/spencerpark/ijava/IJava.class")
    except (zipfile.BadZipFile, KeyError) as damaged:
        sys.exit(f"lab: {release}: is damaged or not a release of IJava ({damaged}); download ijava-1.3.0.zip again")
    folder.mkdir(parents=True, exist_ok=True)
    jar = folder / jars[0][1]
    replace(jar, content)
    for other in folder.glob("ijava-*.jar"):
        if other != jar:
            other.unlink()
    return jar


def write(folder, kernel):
    folder.mkdir(parents=True, exist_ok=True)
    replace(folder / "kernel.json", (json.dumps(kernel, indent=4) + "\n").encode())


def replace(path, content):
    """Writes a file, whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    os.replace(part, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--java", required=True, help="the JDK's folder")
    parser.add_argument("--jar", required=True, help="the library's jar")
    parser.add_argument("--libraries", required=True, help="the folder with the jars that it needs")
    parser.add_argument("--heap", type=heap_option, required=True, help="the largest heap of a kernel: 1200m, or 60%% of the memory")
    parser.add_argument("--ijava", type=Path, help="IJava's release, to install as a second kernel")
    parser.add_argument("--prefix", type=Path, default=Path(sys.prefix), help="the folder of the installation, for JJava and the kernels")
    options = parser.parse_args()
    folder = kernels(options) / "grisaille-ijava"
    jars = [unpack(options.ijava, folder)] if options.ijava else sorted(folder.glob("ijava-*.jar"))
    jjava(options)
    for jar in jars:
        ijava(options, jar)


if __name__ == "__main__":
    main()
