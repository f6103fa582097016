"""This library and the Python package safetensors read each other's weight files."""
import ctypes
import hashlib
import json
import re
import struct

import numpy as np
import safetensors
from safetensors.numpy import load_file
from test_kernel import IMPORTS

IMPORTS += "import io.github.grisaille.io.*;\nimport java.nio.file.*;\n"


def write_by_python(path, metadata, **tensors):
    """Each tensor is (dtype, shape, bytes). Without NumPy, version 0.8 and newer of the package needs addresses."""
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


def head(dtype="F32", shape="[2]", offsets="[0,8]", more="", before=""):
    return f'{{{before}"a":{{"dtype":"{dtype}","shape":{shape},"data_offsets":{offsets}{more}}}}}'


# each with the number of bytes that follow it
HEADS = [
    (head(), 8),
    (head(before='"__metadata__":null,'), 8),
    (head(before='"__metadata__":{},'), 8),
    (head(before='"__metadata__":[],'), 8),
    (head(before='"__metadata__":{"x":null},'), 8),
    (head(before='"__metadata__":{"x":1},'), 8),
    (head(more=',"colour":1'), 8),
    (head(more=',"colour":{"a":[1,{}]}'), 8),
    (head(more=',"dtype":"F32"'), 8),
    (head(shape="[2.0]"), 8),
    (head(shape="[-1]"), 8),
    (head(shape="null"), 8),
    (head(offsets="[0,8,9]"), 8),
    (head(offsets="[4,12]"), 12),
    (head(), 12),
    (head(), 7),
    (" " + head() + "  \n", 8),
    (head() + "x", 8),
    ("{}", 0),
    ("[]", 0),
    ("null", 0),
    ('{"a":null}', 0),
] + [
    (head(dtype, f"[{count}]", f"[0,{size}]"), size)
    for dtype in (
        "F4 F6_E2M3 F6_E3M2 BOOL U8 I8 F8_E4M3 F8_E4M3FNUZ F8_E5M2 F8_E5M2FNUZ F8_E8M0 "
        "I16 U16 F16 BF16 I32 U32 F32 I64 U64 F64 C64"
    ).split()
    for count in (0, 1, 2, 3, 4)
    for size in (0, 1, 2, 3, 4, 8, 16)
]  # fmt: skip


def python_reads(path):
    try:
        safetensors.deserialize(path.read_bytes())
        return True
    except safetensors.SafetensorError:
        return False


def test_java_reads_the_heads_that_python_reads(run_cells, tmp_path):
    for i, (text, size) in enumerate(HEADS):
        content = struct.pack("<Q", len(text)) + text.encode() + bytes(size)
        (tmp_path / f"{i}.safetensors").write_bytes(content)
    cells = run_cells(
        IMPORTS,
        f"""
String reads = "";
for (int i = 0; i < {len(HEADS)}; i++) {{
    try {{
        SafeTensors.read(Path.of("{tmp_path}", i + ".safetensors"));
        reads += "1";
    }} catch (IllegalArgumentException refused) {{
        reads += "0";
    }}
}}
""",
        "reads",
    )
    reads = cells[2].outputs[0].data["text/plain"].strip('"')
    assert len(reads) == len(HEADS)
    different = [
        (text, size)
        for i, (text, size) in enumerate(HEADS)
        if python_reads(tmp_path / f"{i}.safetensors") != (reads[i] == "1")
    ]
    assert different == []


def test_python_reads_a_checkpoint(run_cells, tmp_path):
    """Weights, optimiser state and JSON. Java also reads the tensors that Python writes."""
    cells = run_cells(
        IMPORTS,
        f"""
Sequential g = sequential(dense(2, 3), batchNorm(3), relu(), dense(3, 2));
Sequential d = sequential(dense(2, 4), leakyRelu(0.2f), dense(4, 1));
History history = new GanTrainer(g, d).batch(4).epochs(3).seed(7).progress(Progress.silent())
        .checkpoints(Checkpoints.in(Path.of("{tmp_path}")).everySteps(2))
        .fit(Synthetic.ring(8, 1));
""",
        """
float[] first = g.state().get("0.weight").value().toArray();
Arrays.toString(first)
""",
    )
    assert not any(output.output_type == "error" for cell in cells for output in cell.outputs), cells
    manifest = json.loads((tmp_path / "step-00000006.json").read_text())
    content = (tmp_path / "step-00000006.safetensors").read_bytes()
    assert (manifest["format"], manifest["version"], manifest["step"], manifest["epoch"]) == ("grisaille checkpoint", 2, 6, 3)
    assert manifest["tensors"] == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert manifest["settings"]["seed"] == "7"
    assert [len(values) for values in manifest["history"]["series"].values()] == [6, 6, 6, 6]
    tensors = load_file(tmp_path / "step-00000006.safetensors")
    shown = json.loads(cells[2].outputs[0].data["text/plain"])
    assert np.allclose(tensors["generator.0.weight"].ravel(), shown, rtol=1e-6)
    assert tensors["generator.1.running_mean"].shape == (3,)
    assert np.abs(tensors["optimizers.generator.0.weight.exp_avg"]).max() > 0
    assert (tensors["optimizers.discriminator.2.bias.exp_avg_sq"] > 0).all()

    path = tmp_path / "again.safetensors"
    safetensors.numpy.save_file(tensors, path)
    cells = run_cells(
        IMPORTS,
        f"""
SafeTensors again = SafeTensors.read(Path.of("{path}"));
SafeTensors there = Checkpoints.in(Path.of("{tmp_path}")).newest().get().tensors();
boolean same = again.names().equals(there.names());
for (String name : there.names()) {{
    same &= Arrays.equals(again.values(name), there.values(name)) && Arrays.equals(again.shape(name), there.shape(name));
}}
""",
        "same",
    )
    assert cells[2].outputs[0].data["text/plain"] == "true", cells


def convolution(x, weight, bias, stride, padding):
    """PyTorch's Conv2d by its definition: images (n, in, h, w), weights (out, in, kh, kw)."""
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    kernel = weight.shape[2]
    size = (x.shape[2] - kernel) // stride + 1
    y = np.empty((len(x), len(weight), size, size))
    for i in range(size):
        for j in range(size):
            patch = x[:, :, i * stride : i * stride + kernel, j * stride : j * stride + kernel]
            y[:, :, i, j] = np.einsum("ncab,ocab->no", patch, weight) + bias
    return y


def transposed_convolution(x, weight, stride, padding):
    """PyTorch's ConvTranspose2d by its definition: weights (in, out, kh, kw)."""
    kernel = weight.shape[2]
    size = (x.shape[2] - 1) * stride + kernel
    y = np.zeros((len(x), weight.shape[1], size, size))
    for i in range(x.shape[2]):
        for j in range(x.shape[3]):
            stamp = np.einsum("nc,coab->noab", x[:, :, i, j], weight)
            y[:, :, i * stride : i * stride + kernel, j * stride : j * stride + kernel] += stamp
    return y[:, :, padding : size - padding, padding : size - padding]


def test_weights_in_pytorchs_layout(run_cells, project, tmp_path):
    """The Python in experiments/README.md, on a network with every kind of layer that a DCGAN has."""
    path = tmp_path / "g.safetensors"
    cells = run_cells(
        IMPORTS,
        f"""
Sequential g = sequential(dense(6, 12), reshape(2, 2, 3), convTranspose2d(3, 5, 4, 2, 1, false), batchNorm(5), relu(),
        conv2d(5, 2, 3, 2, 1));
Backend cpu = Backend.cpu();
g.initialize(3);
for (Parameter p : g.parameters()) {{
    cpu.normal(new RandomStream(p.shape().size(), 1), 0.5f, 0.3f, p.value());
}}
for (io.github.grisaille.nn.Buffer b : g.buffers()) {{
    cpu.uniform(new RandomStream(b.name().length(), 2), 0.5f, 2, b.value());
}}
Tensor z = Latent.normal(6).draw(2, 1);
Weights.collect(g).put("x.z", z).put("x.y", g.predict(z)).write(Path.of("{path}"));
""",
    )
    assert not any(cell.outputs for cell in cells), cells
    readme = (project / "experiments" / "README.md").read_text()
    code = re.search(r"```python\n(.*?)```", readme, re.DOTALL).group(1)
    scope = {}
    exec(code, scope)
    weights = load_file(path)
    z, y = weights.pop("x.z"), weights.pop("x.y")
    state = scope["to_pytorch"](weights)
    assert set(state) == {
        "0.weight", "0.bias", "2.weight", "3.weight", "3.bias", "3.running_mean", "3.running_var", "5.weight", "5.bias",
    }  # fmt: skip
    # the dense layer's output is reshaped to (2, 2, 3), so its columns are in the order height, width, channel
    x = (z @ state["0.weight"].T + state["0.bias"]).reshape(2, 2, 2, 3).transpose(0, 3, 1, 2)
    x = transposed_convolution(x, state["2.weight"], 2, 1)
    mean, variance, gain, shift = (
        state[f"3.{name}"].reshape(-1, 1, 1) for name in ("running_mean", "running_var", "weight", "bias")
    )
    x = np.maximum((x - mean) / np.sqrt(variance + 1e-5) * gain + shift, 0)
    x = convolution(x, state["5.weight"], state["5.bias"], 2, 1)
    assert np.allclose(x.transpose(0, 2, 3, 1), y, rtol=1e-4, atol=1e-4)
