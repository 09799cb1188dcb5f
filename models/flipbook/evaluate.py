"""Looks at the trained model: a sheet of samples, PSNR, and attribute accuracy.

usage: evaluate.py sheet OUT.png | psnr | attributes | frames   (--work, --package, --eval)
"""
import argparse
import math
import os
import random

import numpy as np
import torch

from captions import caption, sample_label
from data import load, to_float
from pictures import sheet, write_png
from sampler import Sampler
from train_vae import measure

PROMPTS = [
    "A lighthouse by the sea at dusk", "Snowy mountains at night under a full moon",
    "A red hot-air balloon over sand dunes by day", "A city skyline at night in the rain",
    "A sailboat on the open sea in a storm", "Green hills at dawn in thick fog",
    "An autumn forest by a lake in the evening", "A yellow train crosses green hills at noon",
    "EXT. SEASHORE - DAY. Seagulls cross the sky", "A lonely house in the snow at night",
    "Black and white, a city by day", "The storm breaks over the mountains",
]


def show_sheet(sampler, args):
    clips = [sampler.decode(sampler.latents(PROMPTS[i:i + 4], seed=11 + i, steps=args.steps,
                                            guidance=args.guidance, frames=args.frames))
             for i in range(0, len(PROMPTS), 4)]
    columns, frames = (4, 1) if args.frames == 1 else (2, 3)
    write_png(args.out, sheet(torch.cat(clips), columns, frames))


def show_attributes(sampler, args):
    """Accuracy of the probe on real held-out latents and on samples of fresh captions."""
    from probe import Probe, accuracy
    probe = Probe().eval()
    probe.load_state_dict(torch.load(os.path.join(args.work, "probe.pt")))
    clips, labels = load(args.eval)
    with torch.no_grad():
        real = torch.cat([sampler.vae.encode(to_float(np.array(c))[None]) for c in clips])
    print("real   ", accuracy(probe, real, labels))
    rng = random.Random(77)
    labels = [sample_label(rng) for _ in range(args.count)]
    drawn = torch.cat([
        sampler.latents([full_caption(x, rng) for x in labels[i:i + 8]], seed=500 + i,
                        steps=args.steps, guidance=args.guidance)
        for i in range(0, len(labels), 8)])
    print("samples", accuracy(probe, drawn, labels))


def full_caption(label, rng):
    """A caption that leaves nothing out: the longest of several."""
    return max((caption(label, rng) for _ in range(8)), key=len)


@torch.no_grad()
def show_frames(sampler, args):
    """PSNR of the first and last picture against the pictures that were given."""
    clips, labels = load(args.eval)
    rng, firsts, lasts = random.Random(5), [], []
    for i in range(8):
        clip = to_float(np.array(clips[i]))[None]
        given = torch.zeros(1, 9, 5, 12, 20)
        given[:, :8, :1], given[:, 8, 0] = sampler.vae.encode(clip[:, :, :1]), 1
        given[:, :8, -1:], given[:, 8, -1] = sampler.vae.encode(clip[:, :, -1:]), 1
        out = sampler.decode(sampler.latents([caption(labels[i], rng)], seed=i, given=given))
        for store, k in ((firsts, 0), (lasts, -1)):
            error = (out[:, :, k] - clip[:, :, k] / 2 - .5).square().mean()
            store.append(-10 * math.log10(error))
    print(f"first {sum(firsts) / 8:.2f} dB, last {sum(lasts) / 8:.2f} dB")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["sheet", "psnr", "attributes", "frames"])
    parser.add_argument("out", nargs="?", default="sheet.png")
    parser.add_argument("--work", default="work")
    parser.add_argument("--package", default="package")
    parser.add_argument("--eval", default="work/eval")
    parser.add_argument("--steps", type=int, default=16)
    parser.add_argument("--frames", type=int, default=17)
    parser.add_argument("--guidance", type=float, default=2.0)
    parser.add_argument("--count", type=int, default=48)
    args = parser.parse_args()
    torch.set_num_threads(2)
    torch.set_flush_denormal(True)
    sampler = Sampler(args.work, args.package)
    if args.what == "psnr":
        print(f"{measure(sampler.vae, load(args.eval)[0], 48):.2f} dB")
    else:
        {"sheet": show_sheet, "attributes": show_attributes,
         "frames": show_frames}[args.what](sampler, args)


if __name__ == "__main__":
    main()
