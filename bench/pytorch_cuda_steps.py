"""The benchmark's GAN steps in PyTorch on a GPU, eager and as a CUDA graph.

python3 bench/pytorch_cuda_steps.py (mlp | dcgan) BATCH (float32 | tf32)

Prints the milliseconds per step, as the median of twelve chunks, for both. It uses channels last and a capturable, fused
Adam, which are PyTorch's fastest settings.
"""

import statistics
import sys
import time

try:
    import torch
except ImportError:
    sys.exit("PyTorch is not installed")
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

SLOPE = 0.2
CHUNKS = 12


def mlp():
    generator = nn.Sequential(nn.Linear(100, 128), nn.LeakyReLU(SLOPE), nn.Linear(128, 784), nn.Tanh())
    discriminator = nn.Sequential(nn.Linear(784, 128), nn.LeakyReLU(SLOPE), nn.Linear(128, 1))
    return generator, discriminator, (784,), (100,), 200


def dcgan(base=64):
    def up(a, b, stride, padding):
        return nn.ConvTranspose2d(a, b, 4, stride, padding, bias=False), nn.BatchNorm2d(b), nn.ReLU()

    def down(a, b):
        return nn.Conv2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b), nn.LeakyReLU(SLOPE)

    generator = nn.Sequential(
        *up(100, 8 * base, 1, 0), *up(8 * base, 4 * base, 2, 1), *up(4 * base, 2 * base, 2, 1),
        *up(2 * base, base, 2, 1), nn.ConvTranspose2d(base, 3, 4, 2, 1, bias=False), nn.Tanh())
    discriminator = nn.Sequential(
        nn.Conv2d(3, base, 4, 2, 1, bias=False), nn.LeakyReLU(SLOPE), *down(base, 2 * base),
        *down(2 * base, 4 * base), *down(4 * base, 8 * base), nn.Conv2d(8 * base, 1, 4, bias=False), nn.Flatten())
    return generator, discriminator, (3, 64, 64), (100, 1, 1), 20


def make_step(name, batch):
    generator, discriminator, item, latent, chunk = {"mlp": mlp, "dcgan": dcgan}[name]()
    layout = torch.channels_last if len(item) == 3 else torch.contiguous_format
    generator.to("cuda", memory_format=layout)
    discriminator.to("cuda", memory_format=layout)
    for_g = torch.optim.Adam(generator.parameters(), 2e-4, fused=True, capturable=True)
    for_d = torch.optim.Adam(discriminator.parameters(), 2e-4, fused=True, capturable=True)
    real = (torch.rand(batch, *item) * 2 - 1).to("cuda")
    real = real.contiguous(memory_format=layout)
    ones, zeros = torch.ones(batch, 1, device="cuda"), torch.zeros(batch, 1, device="cuda")

    def step():
        fake = generator(torch.randn(batch, *latent, device="cuda"))
        loss_d = cross_entropy(discriminator(real), ones) + cross_entropy(discriminator(fake.detach()), zeros)
        for_d.zero_grad(set_to_none=True)
        loss_d.backward()
        for_d.step()
        # the generator's step computes no gradients of the discriminator's weights
        discriminator.requires_grad_(False)
        loss_g = cross_entropy(discriminator(fake), ones)
        for_g.zero_grad(set_to_none=True)
        loss_g.backward()
        for_g.step()
        discriminator.requires_grad_(True)

    return step, chunk


def captured(step):
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay


def milliseconds(step, chunk):
    seconds = []
    for _ in range(CHUNKS + 2):
        torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(chunk):
            step()
        torch.cuda.synchronize()
        seconds.append((time.perf_counter() - start) / chunk)
    return 1e3 * statistics.median(seconds[2:])


def main(name, batch, precision):
    if not torch.cuda.is_available():
        sys.exit("PyTorch sees no GPU")
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    torch.backends.cudnn.allow_tf32 = precision == "tf32"
    torch.backends.cudnn.benchmark = True
    step, chunk = make_step(name, batch)
    print(f"PyTorch {torch.__version__}, {precision}, eager: {milliseconds(step, chunk):.3f} ms a step", flush=True)
    step, chunk = make_step(name, batch)
    print(f"PyTorch {torch.__version__}, {precision}, CUDA graph: {milliseconds(captured(step), chunk):.3f} ms a step")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
