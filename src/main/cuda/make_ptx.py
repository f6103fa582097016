"""Makes the PTX in the jar: python3 src/main/cuda/make_ptx.py [--check]

Compiles kernels.cu with NVRTC, which needs no GPU and no toolkit. The wheel is installed into target/nvrtc, an
environment of its own. With --check nothing is written; the exit status says whether the committed PTX is what the
sources give.

The version in the header is set to 7.0, which every driver since CUDA 11.0 accepts. The kernels use nothing newer.
CudaPtxTest gives the result to NVIDIA's own assembler, for each generation of devices.
"""

import ctypes
import pathlib
import re
import subprocess
import sys
import venv

NVRTC = "nvidia-cuda-nvrtc-cu12==12.9.86"
PTX_VERSION = "7.0"
# for devices whose tensor cores do not have TF32, and for devices whose tensor cores have it
TARGETS = ("60", "80")

SOURCES = pathlib.Path(__file__).resolve().parent
ROOT = SOURCES.parents[2]
RESOURCES = ROOT / "src/main/resources/io/github/grisaille/backend/cuda"


def library():
    place = ROOT / "target/nvrtc"
    stamp = place / "made-from"
    if not stamp.exists() or stamp.read_text() != NVRTC:
        venv.create(place, with_pip=True, clear=True)
        python = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NVRTC], check=True)
        stamp.write_text(NVRTC)
    for pattern in ("libnvrtc.so.12", "nvrtc64_120_0.dll"):
        for found in place.rglob(pattern):
            return ctypes.CDLL(str(found))
    sys.exit(f"{NVRTC} has no NVRTC for this machine: run this on Linux or Windows")


def compile_for(nvrtc, target):
    program = ctypes.c_void_p()
    source = (SOURCES / "kernels.cu").read_bytes()
    options = [
        f"--gpu-architecture=compute_{target}",
        f"--include-path={SOURCES}",
        "--std=c++17",
        # sums and polynomials keep the Java backend's order of operations; products write fmaf where they fuse
        "--fmad=false",
    ]
    nvrtc.nvrtcCreateProgram(ctypes.byref(program), source, b"kernels.cu", 0, None, None)
    encoded = (ctypes.c_char_p * len(options))(*(option.encode() for option in options))
    status = nvrtc.nvrtcCompileProgram(program, len(options), encoded)
    if status != 0:
        sys.exit(f"compute_{target}: {text(nvrtc.nvrtcGetProgramLogSize, nvrtc.nvrtcGetProgramLog, program)}")
    ptx = text(nvrtc.nvrtcGetPTXSize, nvrtc.nvrtcGetPTX, program)
    ptx = re.sub(r"^//.*\n", "", ptx, flags=re.MULTILINE)
    # a hint that is new in PTX 8.3
    ptx = re.sub(r"^\s*\.pragma \"used_bytes_mask [^\n]*\n", "", ptx, flags=re.MULTILINE)
    return re.sub(r"^\.version .*$", f".version {PTX_VERSION}", ptx, count=1, flags=re.MULTILINE).lstrip()


def text(size_of, read, program):
    size = ctypes.c_size_t()
    size_of(program, ctypes.byref(size))
    buffer = ctypes.create_string_buffer(size.value)
    read(program, buffer)
    return buffer.value.decode()


def main(check):
    nvrtc = library()
    stale = []
    for target in TARGETS:
        ptx = compile_for(nvrtc, target)
        place = RESOURCES / f"kernels-sm_{target}.ptx"
        if check:
            if not place.exists() or place.read_text() != ptx:
                stale.append(place.name)
        else:
            RESOURCES.mkdir(parents=True, exist_ok=True)
            place.write_text(ptx)
            print(f"{place.relative_to(ROOT)}: {len(ptx) // 1024} KB")
    if stale:
        sys.exit(f"{', '.join(stale)}: not what the sources give; run python3 src/main/cuda/make_ptx.py")


if __name__ == "__main__":
    main("--check" in sys.argv[1:])
