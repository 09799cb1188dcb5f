"""Trains transformer and text encoder on latents for a given wall time; resumable.

usage: train_dit.py LATENTS... --work DIR --package DIR [--minutes 65]
First single pictures only (fast, learns layout and colour from the words), then clips mixed
with pictures.  Writes DIR/dit.pt with the averaged weights ("text", "dit") and the state.
"""
import argparse
import copy
import math
import os
import random
import time

import torch

from captions import caption
from optimiser import Muon, split_groups
from text_encoder import TextEncoder
from tokenizer import Tokenizer
from transformer import DiT

PICTURES_ONLY, PICTURE_BATCH, CLIP_BATCH, RATE = 0.42, 32, 8, 2e-3
GIVEN = {"nothing": 50, "first": 22, "ends": 11, "last": 11, "two": 6}


class Source:
    """All latent files; draws a batch of pictures or of clips of one size."""

    def __init__(self, paths):
        self.pictures, self.clips = [], []
        for path in paths:
            data = torch.load(path)
            videos, last, labels = data["clips"], data["last"], data["labels"]
            if videos.shape[2] > 1:
                self.clips.append((videos, last, labels))
                self.pictures.append((last, last, labels))
            self.pictures.append((videos[:, :, :1], last, labels))

    def draw(self, rng, clips, count):
        """-> latents [B, 8, F, h, w], last pictures [B, 8, 1, h, w], labels."""
        groups = self.clips if clips else self.pictures
        videos, last, labels = rng.choices(groups, [len(g[2]) for g in groups])[0]
        picks = [rng.randrange(len(labels)) for _ in range(count)]
        return videos[picks].float(), last[picks].float(), [labels[i] for i in picks]


def given_frames(x, last, rng):
    """Conditioning latents and mask [B, 9, F, h, w]; a random subset of frames is given."""
    out = torch.zeros(x.shape[0], 9, *x.shape[2:])
    if x.shape[2] == 1:
        return out
    for i in range(len(x)):
        kind = rng.choices(list(GIVEN), list(GIVEN.values()))[0]
        count = {"first": 1, "ends": 1, "two": 2}.get(kind, 0)
        out[i, :8, :count], out[i, 8, :count] = x[i, :, :count], 1
        if kind in ("ends", "last"):
            out[i, :8, -1:], out[i, 8, -1:] = last[i], 1
    noise = torch.randn_like(x) * 0.05
    return torch.cat([out[:, :8] + noise * out[:, 8:], out[:, 8:]], 1)


def batch_loss(text, dit, tokenizer, x, last, labels, rng):
    """Mean squared error of the velocity at random times (shift 3), text dropped in 10 %."""
    words = ["" if rng.random() < 0.1 else caption(label, rng) for label in labels]
    ids, mask = map(torch.tensor, tokenizer.batch(words))
    t = torch.sigmoid(torch.randn(len(x)))
    t = 3 * t / (1 + 2 * t)
    noise, s = torch.randn_like(x), t.view(-1, 1, 1, 1, 1)
    noisy = torch.cat([(1 - s) * x + s * noise, given_frames(x, last, rng)], 1)
    with torch.cpu.amp.autocast(dtype=torch.bfloat16):
        velocity = dit(noisy, t * 1000, text(ids, mask), mask)
    return (velocity.float() - (noise - x)).square().mean()


def in_blocks(name):
    """The weight matrices inside transformer blocks, which Muon updates."""
    return name.startswith("blocks.") and name.endswith("weight")


def rate_at(step, part):
    """Warm-up, plateau, then a cosine down to a twentieth over the last 40 %."""
    fall = max(0.0, (part - 0.6) / 0.4)
    return RATE * min(1, (step + 1) / 40) * (.05 + .95 * math.cos(math.pi / 2 * fall) ** 2)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("latents", nargs="+")
    parser.add_argument("--work", default="work")
    parser.add_argument("--package", default="package")
    parser.add_argument("--minutes", type=float, default=65)
    args = parser.parse_args()
    torch.set_num_threads(2)
    torch.set_flush_denormal(True)
    path = os.path.join(args.work, "dit.pt")
    tokenizer = Tokenizer(os.path.join(args.package, "tokenizer", "tokenizer.json"))
    torch.manual_seed(4)
    text, dit = TextEncoder(), DiT()
    text.load_state_dict(torch.load(os.path.join(args.work, "text.pt"))["text"])
    model = torch.nn.ModuleDict({"text": text, "dit": dit})
    groups = split_groups(text, in_blocks, .25, .4) + split_groups(dit, in_blocks, adam=.4)
    optimiser = Muon(groups, RATE)
    average, step, spent, seen = copy.deepcopy(model), 0, 0.0, [0, 0]
    if os.path.exists(path):
        state = torch.load(path)
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        scales = [group["scale"] for group in optimiser.param_groups]
        optimiser.load_state_dict(state["optimiser"])
        for group, scale in zip(optimiser.param_groups, scales):
            group["scale"] = scale
        step, spent, seen = state["step"], state["spent"], state["seen"]
    source = Source(args.latents)
    rng, start, total = random.Random(step), time.time() - spent, args.minutes * 60
    torch.manual_seed(step + 5)
    losses = [0.0, 0.0]
    while spent < total:
        part = spent / total
        clips = part >= PICTURES_ONLY and rng.random() < 0.8
        x, last, labels = source.draw(rng, clips, CLIP_BATCH if clips else PICTURE_BATCH)
        loss = batch_loss(text, dit, tokenizer, x, last, labels, rng)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step(rate_at(step, part))
        step, spent = step + 1, time.time() - start
        seen[clips] += len(x)
        keep = min(.998, (step + 1) / (step + 20))
        with torch.no_grad():
            for a, b in zip(average.parameters(), model.parameters()):
                a.lerp_(b, 1 - keep)
        value = loss.item()
        losses[clips] = value if losses[clips] == 0 else .98 * losses[clips] + .02 * value
        if step % 50 == 0:
            print(f"step {step} {spent:.0f}s pictures {losses[0]:.4f} clips {losses[1]:.4f} "
                  f"seen {seen}", flush=True)
        if step % 50 == 0 or spent >= total:
            torch.save({"text": average["text"].state_dict(), "dit": average["dit"].state_dict(),
                        "average": average.state_dict(), "model": model.state_dict(),
                        "optimiser": optimiser.state_dict(), "step": step, "spent": spent,
                        "seen": seen}, path + ".new")
            os.replace(path + ".new", path)


if __name__ == "__main__":
    main()
