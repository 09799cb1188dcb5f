"""A small classifier that reads the attributes off a clip's latents, to score samples.

usage: probe.py LATENTS... --work DIR [--minutes 3]
Writes DIR/probe.pt.  It never takes part in the training of the model itself.
"""
import argparse
import os
import time

import torch
import torch.nn.functional as F
from torch import nn

from captions import VALUES
from train_dit import Source

NAMES = ["time", "terrain", "cover", "water", "weather", "subject", "camera", "style"]


class Probe(nn.Module):
    """Latents [B, 8, F, h, w] -> scores per attribute; frames are stacked in pairs."""

    def __init__(self, width=64):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(24, width, 3, padding=1), nn.SiLU(),
            nn.Conv2d(width, width, 3, padding=1, stride=2), nn.SiLU(),
            nn.Conv2d(width, 2 * width, 3, padding=1), nn.SiLU())
        self.heads = nn.ModuleDict(
            {k: nn.Linear(4 * width, len(VALUES[k])) for k in NAMES})

    def forward(self, x):
        frames = torch.cat([x[:, :, 0], x[:, :, -1], x[:, :, -1] - x[:, :, 0]], 1)
        h = self.net(frames)
        h = torch.cat([h.mean((2, 3)), h.amax((2, 3))], 1)
        return {name: head(h) for name, head in self.heads.items()}


def targets(labels):
    return {k: torch.tensor([VALUES[k].index(x[k]) for x in labels]) for k in NAMES}


@torch.no_grad()
def accuracy(probe, latents, labels):
    """Share of right answers per attribute."""
    scores, wanted = probe(latents), targets(labels)
    return {k: (scores[k].argmax(1) == wanted[k]).float().mean().item() for k in NAMES}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("latents", nargs="+")
    parser.add_argument("--work", default="work")
    parser.add_argument("--minutes", type=float, default=3)
    args = parser.parse_args()
    torch.set_num_threads(2)
    torch.set_flush_denormal(True)
    torch.manual_seed(6)
    import random
    rng, source, probe = random.Random(6), Source(args.latents), Probe()
    optimiser = torch.optim.AdamW(probe.parameters(), 2e-3, weight_decay=.02)
    start, step = time.time(), 0
    while (left := 1 - (time.time() - start) / (args.minutes * 60)) > 0:
        optimiser.param_groups[0]["lr"] = 2e-3 * min(1, left * 2 + .01)
        x, _, labels = source.draw(rng, True, 64)
        scores, wanted = probe(x + .1 * torch.randn_like(x)), targets(labels)
        loss = sum(F.cross_entropy(scores[k], wanted[k]) for k in NAMES)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
        if step % 200 == 0:
            print(f"step {step} loss {loss.item():.3f}", flush=True)
    torch.save(probe.state_dict(), os.path.join(args.work, "probe.pt"))


if __name__ == "__main__":
    main()
