"""Clips and labels on disk.

usage: data.py OUT --count N [--frames 17] [--width 160] [--height 96] [--seed S]
Writes OUT.npy, uint8 [N, 3, T, H, W]; OUT.json, the list of N labels; and OUT.mask.npy, uint8
[N, F + 1, h, w]: 1 where the subject is, per latent cell, then the same of the last picture alone.
"""
import argparse
import json
import os
import random

import numpy as np
import torch
import torch.nn.functional as F
from torch.multiprocessing import Pool

from captions import sample_label
import scenes


def cells(there):
    """Where the subject is, bool [T, H, W] -> uint8 [F + 1, h, w]; see above."""
    there = F.max_pool2d(there[None].float(), 8)[0]
    chunks = there[1:].reshape(-1, 4, *there.shape[1:]).amax(1)
    return torch.cat([there[:1], chunks, there[-1:]]).byte()


def draw(job):
    """(label, seed, frames, height, width) -> uint8 [3, T, H, W], uint8 [F + 1, h, w]."""
    torch.set_num_threads(1)
    with torch.no_grad():
        clip, there = scenes.draw(*job)
    return (clip * 255).round().byte().numpy(), cells(there).numpy()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--frames", type=int, default=17)
    parser.add_argument("--width", type=int, default=160)
    parser.add_argument("--height", type=int, default=96)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if os.path.exists(args.out + ".json"):
        return
    rng = random.Random(args.seed)
    labels = [sample_label(rng) for _ in range(args.count)]
    shape = (args.count, 3, args.frames, args.height, args.width)
    clips = np.lib.format.open_memmap(args.out + ".npy", "w+", np.uint8, shape)
    masks = np.zeros((args.count, (args.frames - 1) // 4 + 2, args.height // 8, args.width // 8),
                     np.uint8)
    jobs = ((label, args.seed * 1_000_003 + i, args.frames, args.height, args.width)
            for i, label in enumerate(labels))
    with Pool(2) as pool:
        for i, (clip, mask) in enumerate(pool.imap(draw, jobs, chunksize=4)):
            clips[i], masks[i] = clip, mask
    clips.flush()
    np.save(args.out + ".mask.npy", masks)
    with open(args.out + ".json", "w", encoding="utf-8") as file:
        json.dump(labels, file)


def load(path):
    """Memory-mapped clips and their labels."""
    with open(path + ".json", encoding="utf-8") as file:
        return np.load(path + ".npy", mmap_mode="r"), json.load(file)


def to_float(clips):
    """uint8 array or tensor -> float32 tensor in [-1, 1]."""
    return torch.as_tensor(clips).float() / 127.5 - 1


if __name__ == "__main__":
    main()
