"""The benchmark's training steps in PyTorch. Each line of standard input asks for a number of steps.

python3 bench/pytorch_steps.py (mlp | numpy | vae | dcgan) THREADS

Prints "ready" and the fastest setting that it found (threads, layout of images, kind of Adam). Then it answers each line
with the seconds per step. Ends at once with an error if PyTorch is not installed.
"""

import itertools
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

SLOPE = 0.2
TRIAL_SECONDS = 1.0


def lab_report_gan():
    generator = nn.Sequential(nn.Linear(100, 128), nn.LeakyReLU(SLOPE), nn.Linear(128, 784), nn.Tanh())
    discriminator = nn.Sequential(nn.Linear(784, 128), nn.LeakyReLU(SLOPE), nn.Linear(128, 1))
    return generator, discriminator, (128, 784), (128, 100), 2e-4


def numpy_gan():
    widths = [100, 256, 512, 1024]
    hidden = [layer for a, b in zip(widths, widths[1:]) for layer in (nn.Linear(a, b), nn.LeakyReLU(SLOPE))]
    generator = nn.Sequential(*hidden, nn.Linear(1024, 784), nn.Tanh(), nn.Unflatten(1, (1, 28, 28)))
    discriminator = nn.Sequential(
        nn.Conv2d(1, 32, 5, padding=2), nn.LeakyReLU(SLOPE), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 5, padding=2), nn.LeakyReLU(SLOPE), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(7 * 7 * 64, 512), nn.LeakyReLU(SLOPE), nn.Linear(512, 1))
    return generator, discriminator, (64, 1, 28, 28), (64, 100), 2e-4


def dcgan(base=64):
    def up(a, b, stride, padding):
        return nn.ConvTranspose2d(a, b, 4, stride, padding, bias=False), nn.BatchNorm2d(b), nn.ReLU()

    def down(a, b):
        return nn.Conv2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b), nn.LeakyReLU(SLOPE)

    generator = nn.Sequential(
        *up(128, 8 * base, 1, 0), *up(8 * base, 4 * base, 2, 1), *up(4 * base, 2 * base, 2, 1),
        *up(2 * base, base, 2, 1), nn.ConvTranspose2d(base, 3, 4, 2, 1, bias=False), nn.Tanh())
    discriminator = nn.Sequential(
        nn.Conv2d(3, base, 4, 2, 1, bias=False), nn.LeakyReLU(SLOPE), *down(base, 2 * base),
        *down(2 * base, 4 * base), *down(4 * base, 8 * base), nn.Conv2d(8 * base, 1, 4, bias=False), nn.Flatten())
    return generator, discriminator, (64, 3, 64, 64), (64, 128, 1, 1), 2e-4


def gan_step(make, layout, fused):
    generator, discriminator, items, inputs, rate = make()
    generator.to(memory_format=layout)
    discriminator.to(memory_format=layout)
    for_g = torch.optim.Adam(generator.parameters(), rate, fused=fused)
    for_d = torch.optim.Adam(discriminator.parameters(), rate, fused=fused)
    real = torch.rand(items) * 2 - 1
    real = real.contiguous(memory_format=layout) if real.dim() == 4 else real
    ones, zeros = torch.ones(items[0], 1), torch.zeros(items[0], 1)

    def step():
        fake = generator(torch.randn(inputs))
        loss_d = cross_entropy(discriminator(real), ones) + cross_entropy(discriminator(fake.detach()), zeros)
        for_d.zero_grad()
        loss_d.backward()
        for_d.step()
        # the generator's step computes no gradients of the discriminator's weights
        discriminator.requires_grad_(False)
        loss_g = cross_entropy(discriminator(fake), ones)
        for_g.zero_grad()
        loss_g.backward()
        for_g.step()
        discriminator.requires_grad_(True)

    return step


def vae_step(fused):
    encoder = nn.Sequential(nn.Linear(784, 400), nn.ReLU())
    mean, log_variance = nn.Linear(400, 20), nn.Linear(400, 20)
    decoder = nn.Sequential(nn.Linear(20, 400), nn.ReLU(), nn.Linear(400, 784))
    parameters = [p for part in (encoder, mean, log_variance, decoder) for p in part.parameters()]
    adam = torch.optim.Adam(parameters, 1e-3, fused=fused)
    x = torch.rand(128, 784)

    def step():
        h = encoder(x)
        m, v = mean(h), log_variance(h)
        z = m + torch.exp(0.5 * v) * torch.randn(128, 20)
        reconstruction = cross_entropy(decoder(z), x, reduction="sum")
        loss = (reconstruction + 0.5 * (m * m + v.exp() - 1 - v).sum()) / 128
        adam.zero_grad()
        loss.backward()
        adam.step()

    return step


GANS = {"mlp": lab_report_gan, "numpy": numpy_gan, "dcgan": dcgan}


def make_step(workload, layout, fused):
    return vae_step(fused) if workload == "vae" else gan_step(GANS[workload], layout, fused)


def trial(step):
    step()
    seconds = []
    end = time.perf_counter() + TRIAL_SECONDS
    while not seconds or time.perf_counter() < end:
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def main(workload, most_threads):
    layouts = [torch.contiguous_format]
    if workload in ("numpy", "dcgan"):
        layouts.append(torch.channels_last)
    best = None
    for threads, layout, fused in itertools.product(sorted({1, most_threads}), layouts, (False, True)):
        torch.set_num_threads(threads)
        seconds = trial(make_step(workload, layout, fused))
        if best is None or seconds < best[0]:
            best = seconds, threads, layout, fused
    _, threads, layout, fused = best
    torch.set_num_threads(threads)
    step = make_step(workload, layout, fused)
    trial(step)
    setting = [f"{threads} thread" + ("" if threads == 1 else "s")]
    setting += ["channels last"] if layout == torch.channels_last else []
    setting += ["fused Adam"] if fused else []
    print("ready", ", ".join(setting), flush=True)
    for line in sys.stdin:
        steps = int(line)
        start = time.perf_counter()
        for _ in range(steps):
            step()
        print((time.perf_counter() - start) / steps, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
