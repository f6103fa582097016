"""Writes the samples of PyTorch's own tests, with PyTorch's results, as JSON lines.

PyTorch tests its modules and operators on samples (`module_db` and `op_db`). This script runs the samples in float64
and writes inputs, results and gradients. `PytorchSamplesTest` then computes the same samples with Grisaille.

Run it with a Python that has PyTorch, NumPy, SciPy, expecttest and pytest:

    python pytorch_samples.py samples.jsonl
"""

import itertools
import json
import sys
import warnings

import torch
from torch.testing._internal.common_methods_invocations import op_db
from torch.testing._internal.common_modules import module_db

# Language models, speech and 3-d images are outside of what the library is for. All samples of them are left out.
OTHER_FIELDS = (
    "Transformer", "MultiheadAttention", "RNN", "LSTM", "GRU", "CTC", "3d", "LinearCrossEntropy", "LazyConv",
)
# The operators that a network, a loss or a notebook with images needs, besides those of nn.functional.
OPERATORS = (
    "add sub mul neg square exp tanh sigmoid clamp sum mean amin amax max min matmul mm mv addmm rsqrt lerp cat flip"
    " fliplr index_select narrow select reshape view flatten clone zeros_like ones_like fill heaviside norm"
    " linalg.vector_norm var_mean var std_mean std softmax log_softmax sqrt log abs div pow maximum minimum where"
    " outer dot inner roll repeat tile expand broadcast_to linspace gather take_along_dim"
).split()
FUNCTIONAL_LEFT_OUT = (
    "3d", "attention", "embedding_bag", "linear_cross_entropy", "ctc_loss", "unpool", "unfold", "fractional",
    "trilinear", "one_hot", "with_dtype", "complex", "channel_shuffle",
)
MOST_SAMPLES = 40  # of one operator: max_pool2d alone has 1,440


def encoded(value):
    if isinstance(value, torch.Tensor):
        if value.is_complex() or value.is_sparse:
            raise TypeError("complex or sparse")
        plain = value.detach()
        gradient = value.grad
        return {
            "shape": list(plain.shape),
            "type": str(plain.dtype).removeprefix("torch."),
            "values": plain.double().reshape(-1).tolist(),
            "gradient": None if gradient is None else gradient.double().reshape(-1).tolist(),
        }
    if isinstance(value, (list, tuple)):
        return [encoded(each) for each in value]
    if isinstance(value, dict):
        return {str(key): encoded(each) for key, each in value.items()}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return {"other": str(value)}


def leaves(value):
    """The floating tensors of nested arguments, each made a leaf of the graph."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone().requires_grad_(True) if value.is_floating_point() else value
    if isinstance(value, (list, tuple)):
        return type(value)(leaves(each) for each in value)
    if isinstance(value, dict):
        return {key: leaves(each) for key, each in value.items()}
    return value


def record(call, sample):
    """Runs a sample forward and backward, and adds the results to its record."""
    out = call()
    first = out[0] if isinstance(out, (list, tuple)) else out
    if not isinstance(first, torch.Tensor):
        raise TypeError("no tensor comes out")
    dy = None
    if first.is_floating_point() and first.requires_grad and first.numel() > 0:
        dy = torch.randn(first.shape, dtype=first.dtype, generator=torch.Generator().manual_seed(first.numel()))
        first.backward(dy)
    sample["out"] = encoded(out)
    sample["dy"] = encoded(dy)


def modules():
    for info in module_db:
        if any(word in info.name for word in OTHER_FIELDS):
            continue
        for each in info.module_inputs_func(
            info, device="cpu", dtype=torch.float64, requires_grad=False, training=True
        ):
            create, forward = each.constructor_input, each.forward_input
            yield info.name, "", lambda: module_sample(info, create, forward)


def module_sample(info, create, forward):
    torch.manual_seed(0)
    module = info.module_cls(*create.args, **create.kwargs).double()
    args, kwargs = leaves(forward.args), leaves(forward.kwargs)
    before = {name: tensor.detach().clone() for name, tensor in module.state_dict().items()}
    sample = {"create": encoded(create.args), "options": encoded(create.kwargs)}
    record(lambda: module(*args, **kwargs), sample)
    state = {name: encoded(tensor) for name, tensor in before.items()}
    for name, parameter in module.named_parameters():
        if parameter.grad is not None:
            state[name]["gradient"] = parameter.grad.double().reshape(-1).tolist()
    return sample | {"args": encoded(args), "kwargs": encoded(kwargs), "state": state}


def operators():
    for info in op_db:
        full = info.name + ("/" + info.variant_test_name if info.variant_test_name else "")
        functional = info.name.startswith("nn.functional.") and not any(w in full for w in FUNCTIONAL_LEFT_OUT)
        if not functional and not (info.name in OPERATORS and "complex" not in full):
            continue
        if torch.float64 not in info.dtypes:
            continue
        torch.manual_seed(0)
        for each in itertools.islice(info.sample_inputs("cpu", torch.float64), MOST_SAMPLES):
            yield info.name, info.variant_test_name, lambda: operator_sample(info, each)


def operator_sample(info, each):
    args = leaves([each.input, *each.args])
    kwargs = leaves(each.kwargs)
    sample = {}
    record(lambda: info.op(*args, **kwargs), sample)
    return sample | {"args": encoded(args), "kwargs": encoded(kwargs)}


def main(path):
    warnings.simplefilter("ignore")
    number = failed = 0
    with open(path, "w", encoding="utf-8") as file:
        for source, samples in (("module", modules()), ("operator", operators())):
            for name, variant, make in samples:
                head = {"source": source, "name": name, "variant": variant}
                try:
                    body = make()
                except Exception as problem:  # a sample that PyTorch itself refuses is none
                    failed += 1
                    print(f"left out: {name} {variant}: {str(problem)[:100]}", file=sys.stderr)
                    continue
                file.write(json.dumps(head | body) + "\n")
                number += 1
    print(f"{number} samples of PyTorch {torch.__version__} in {path}; {failed} left out")


if __name__ == "__main__":
    main(sys.argv[1])
