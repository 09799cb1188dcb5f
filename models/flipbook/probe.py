"""A classifier that reads the attributes off a clip's latents, to score samples.

usage: probe.py --work DIR [--steps 1200]
Learns from DIR/*.latents.pt and writes DIR/probe.pt, if there is none.  It never takes part
in the training of the model itself.
"""
import argparse
import glob
import os
import random
import time

import torch
import torch.nn.functional as F
from torch import nn

from captions import VALUES
from optimiser import Muon, split_groups

NAMES = ["time", "terrain", "cover", "water", "weather", "subject", "colour", "style"]
PAINTED = ("balloon", "train", "house")             # the subjects that have a colour
COVERED = ("mountains", "hills", "forest")          # the grounds that have a season
BATCH, RATE = 64, 3e-3


def shows(label, name):
    """Can the attribute be seen at all in a clip with this label?"""
    plain = label["style"] == "colour"
    return {"time": plain, "cover": plain and label["terrain"] in COVERED,
            "colour": plain and label["subject"] in PAINTED,
            "water": label["terrain"] != "sea"}.get(name, True)


class Residual(nn.Module):
    """Two convolutions beside a shortcut; [B, C, h, w] unchanged."""

    def __init__(self, width):
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(8, width), nn.GroupNorm(8, width)
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x):
        return x + self.conv2(F.silu(self.norm2(self.conv1(F.silu(self.norm1(x))))))


class Probe(nn.Module):
    """Latents [B, 8, F, h, w], F = 1 or 5 -> scores per attribute (dict of [B, values])."""

    def __init__(self, fine=48, width=128):
        super().__init__()
        self.first = nn.Conv2d(8, fine, 3, padding=1)
        self.later = nn.Conv2d(4 * 8, fine, 3, padding=1)
        self.net = nn.Sequential(
            Residual(fine), nn.Conv2d(fine, width, 4, stride=2, padding=1),
            *(Residual(width) for _ in range(3)), nn.GroupNorm(8, width), nn.SiLU())
        self.heads = nn.ModuleDict({k: nn.Linear(2 * width, len(VALUES[k])) for k in NAMES})

    def forward(self, x):
        h = self.first(x[:, :, 0])
        if x.shape[2] > 1:
            h = h + self.later(x[:, :, 1:].flatten(1, 2))
        h = self.net(h)
        h = torch.cat([h.mean((2, 3)), h.amax((2, 3))], 1)
        return {name: head(h) for name, head in self.heads.items()}


@torch.no_grad()
def read(probe, latents):
    """Latents [N, 8, F, h, w] -> N dicts from attribute to the value that is seen.

    Three slightly shifted views are averaged.
    """
    rows = [{} for _ in latents]
    for i in range(0, len(latents), BATCH):
        x = latents[i:i + BATCH].float()
        views = [probe(shift(x, 0, right)) for right in (-2, 0, 2)]
        for name in NAMES:
            total = sum(view[name].log_softmax(1) for view in views)
            for row, best in zip(rows[i:], total.argmax(1).tolist()):
                row[name] = VALUES[name][best]
    return rows


def loss_of(probe, x, labels):
    """Cross-entropy over the attributes that can be seen."""
    total = 0.0
    for name, scores in probe(x).items():
        wanted = torch.tensor([VALUES[name].index(label[name]) if shows(label, name) else -1
                               for label in labels])
        if (wanted >= 0).any():
            total = total + F.cross_entropy(scores, wanted, ignore_index=-1)
    return total


def shift(x, down, right):
    """Moves [B, 8, F, h, w] by up to 1 cell down and 2 to the right; edges are repeated."""
    wide = F.pad(x.flatten(1, 2), (2, 2, 1, 1), mode="replicate")
    top, left = 1 - down, 2 - right
    return wide[:, :, top:top + x.shape[3], left:left + x.shape[4]].reshape(x.shape)


def draw(group, rng):
    """A batch from (latents, labels), shifted a little and with noise of random strength."""
    latents, labels = group
    picks = [rng.randrange(len(labels)) for _ in range(BATCH)]
    x = shift(latents[picks].float(), rng.randrange(-1, 2), rng.randrange(-2, 3))
    x = x + .25 * torch.rand(BATCH, 1, 1, 1, 1) * torch.randn_like(x)
    return x, [labels[i] for i in picks]


def train(paths, steps):
    """A probe trained on latents (files of encode.py), in eval mode."""
    torch.manual_seed(6)
    groups = [(data["clips"], data["labels"]) for data in map(torch.load, paths)]
    weights = [len(labels) * (1 if clips.shape[2] > 1 else .5) for clips, labels in groups]
    rng, probe, start, average = random.Random(6), Probe(), time.time(), 0.0
    optimiser = Muon(split_groups(probe, lambda name: name.startswith("net.")), RATE)
    for step in range(steps):
        loss = loss_of(probe, *draw(rng.choices(groups, weights)[0], rng))
        probe.zero_grad()
        loss.backward()
        optimiser.step(RATE * min(1, (step + 1) / 20, 1.5 * (1 - step / steps) + .01))
        average = loss.item() if step == 0 else .97 * average + .03 * loss.item()
        if step % 50 == 49:
            print(f"step {step + 1} {time.time() - start:.0f}s loss {average:.3f}", flush=True)
    return probe.eval()


def load(work, steps=1200):
    """The probe of a work folder; where there is none it is trained on the folder's latents."""
    path = os.path.join(work, "probe.pt")
    if not os.path.exists(path):
        paths = sorted(glob.glob(os.path.join(work, "*.latents.pt")))
        torch.save(train(paths, steps).state_dict(), path)
    probe = Probe().eval()
    probe.load_state_dict(torch.load(path))
    return probe


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", default="work")
    parser.add_argument("--steps", type=int, default=1200)
    args = parser.parse_args()
    torch.set_num_threads(2)
    torch.set_flush_denormal(True)
    load(args.work, args.steps)


if __name__ == "__main__":
    main()
