"""Weight files go both ways between this library and the Python package safetensors."""
import ctypes
import json
import struct

import safetensors
from test_kernel import IMPORTS

IMPORTS += "import java.nio.file.*;\n"


def write_by_python(path, metadata, **tensors):
    """Each tensor is (dtype, shape, bytes). Since 0.8 the package, which is used without NumPy here, takes addresses."""
    if not hasattr(safetensors, "TensorSpec"):
        specs = {name: {"dtype": dtype, "shape": shape, "data": data} for name, (dtype, shape, data) in tensors.items()}
        safetensors.serialize_file(specs, str(path), metadata)
        return
    buffers = {name: ctypes.create_string_buffer(data, len(data)) for name, (_, _, data) in tensors.items()}
    specs = {
        name: safetensors.TensorSpec(
            dtype=dtype, shape=shape, data_ptr=ctypes.addressof(buffers[name]), data_len=len(data)
        )
        for name, (dtype, shape, data) in tensors.items()
    }
    safetensors.serialize_file(specs, str(path), metadata)


def test_python_reads_what_java_writes(run_cells, tmp_path):
    path = tmp_path / "weights.safetensors"
    cells = run_cells(
        IMPORTS,
        f"""
Sequential network = sequential(dense(2, 3), batchNorm(3));
network.parameters().get(0).set(1, 2, 3, 4, 5, -0.5f);
Weights.collect(network).describe("made by", "a test").write(Path.of("{path}"));
""",
    )
    assert not any(cell.outputs for cell in cells), cells
    content = path.read_bytes()
    tensors = dict(safetensors.deserialize(content))
    assert {name: tensor["shape"] for name, tensor in tensors.items()} == {
        "0.weight": [2, 3],
        "0.bias": [3],
        "1.gain": [3],
        "1.shift": [3],
        "1.running_mean": [3],
        "1.running_var": [3],
    }
    assert {tensor["dtype"] for tensor in tensors.values()} == {"F32"}
    assert struct.unpack("<6f", tensors["0.weight"]["data"]) == (1, 2, 3, 4, 5, -0.5)
    length = struct.unpack("<Q", content[:8])[0]
    assert length % 8 == 0
    assert json.loads(content[8 : 8 + length])["__metadata__"] == {"made by": "a test"}


def test_java_reads_what_python_writes(run_cells, tmp_path):
    path = tmp_path / "python.safetensors"
    write_by_python(
        path,
        {"from": "Python"},
        weight=("float32", [2, 2], struct.pack("<4f", 1, -2, 0.1, 4)),
        half=("float16", [2], struct.pack("<2e", 0.5, -3)),
        brain=("bfloat16", [1], struct.pack("<f", 1.5)[2:]),
        steps=("int64", [], struct.pack("<q", 7)),
    )
    cells = run_cells(
        IMPORTS,
        f'SafeTensors read = SafeTensors.read(Path.of("{path}"));',
        'Arrays.toString(read.values("weight")) + Arrays.toString(read.values("half")) + read.values("brain")[0]',
        'read.type("steps") + read.shape("steps").length + read.metadata()',
    )
    shown = [cell.outputs[0].data["text/plain"] for cell in cells[2:]]
    assert shown[0] == "[1.0, -2.0, 0.1, 4.0][0.5, -3.0]1.5"
    assert shown[1] == "I640{from=Python}"
