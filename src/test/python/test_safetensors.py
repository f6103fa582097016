"""Weight files go both ways between this library and the Python package safetensors."""
import json
import struct

from safetensors import deserialize, serialize_file
from test_kernel import IMPORTS

IMPORTS += "import java.nio.file.*;\n"


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
    tensors = dict(deserialize(content))
    assert {name: tensor["shape"] for name, tensor in tensors.items()} == {
        "0.weight": [2, 3],
        "0.bias": [3],
        "1.gain": [3],
        "1.shift": [3],
        "1.running mean": [3],
        "1.running variance": [3],
    }
    assert {tensor["dtype"] for tensor in tensors.values()} == {"F32"}
    assert struct.unpack("<6f", tensors["0.weight"]["data"]) == (1, 2, 3, 4, 5, -0.5)
    length = struct.unpack("<Q", content[:8])[0]
    assert length % 8 == 0
    assert json.loads(content[8 : 8 + length])["__metadata__"] == {"made by": "a test"}


def test_java_reads_what_python_writes(run_cells, tmp_path):
    path = tmp_path / "python.safetensors"
    tensors = {
        "0.weight": {"dtype": "float32", "shape": [2, 2], "data": struct.pack("<4f", 1, -2, 0.1, 4)},
        "0.bias": {"dtype": "float16", "shape": [2], "data": struct.pack("<2e", 0.5, -3)},
        "wide": {"dtype": "bfloat16", "shape": [1], "data": struct.pack("<f", 1.5)[2:]},
        "steps": {"dtype": "int64", "shape": [], "data": struct.pack("<q", 7)},
    }
    serialize_file(tensors, str(path), {"from": "Python"})
    cells = run_cells(
        IMPORTS,
        f'SafeTensors read = SafeTensors.read(Path.of("{path}"));',
        'Arrays.toString(read.values("0.weight")) + Arrays.toString(read.values("0.bias")) + read.values("wide")[0]',
        'read.type("steps") + read.shape("steps").length + read.metadata()',
    )
    shown = [cell.outputs[0].data["text/plain"] for cell in cells[2:]]
    assert shown[0] == "[1.0, -2.0, 0.1, 4.0][0.5, -3.0]1.5"
    assert shown[1] == "I640{from=Python}"
