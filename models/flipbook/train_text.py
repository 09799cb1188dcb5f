"""Teaches the text encoder to name a caption's attributes before it meets pictures.

usage: train_text.py --work DIR --package DIR [--steps 320]
Writes DIR/text.pt.  The heads that name the attributes are thrown away afterwards; the encoder
stays as it is while the transformer learns (trained along, it forgot subjects and cameras).
"""
import argparse
import os
import random

import torch
import torch.nn.functional as F
from torch import nn

from captions import VALUES, caption, sample_label
from text_encoder import TextEncoder
from tokenizer import Tokenizer


class Heads(nn.Module):
    """Mean of the hidden states [B, L, D] -> one list of scores per attribute."""

    def __init__(self, dim):
        super().__init__()
        self.heads = nn.ModuleDict({k: nn.Linear(dim, len(v)) for k, v in VALUES.items()})

    def forward(self, hidden, mask):
        mask = mask.float()[..., None]
        pooled = (hidden * mask).sum(1) / mask.sum(1)
        return {name: head(pooled) for name, head in self.heads.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", default="work")
    parser.add_argument("--package", default="package")
    parser.add_argument("--steps", type=int, default=320)
    args = parser.parse_args()
    torch.set_num_threads(2)
    torch.set_flush_denormal(True)
    torch.manual_seed(2)
    path = os.path.join(args.work, "text.pt")
    if os.path.exists(path):
        return
    tokenizer = Tokenizer(os.path.join(args.package, "tokenizer", "tokenizer.json"))
    text, rng = TextEncoder(), random.Random(3)
    heads = Heads(text.dim)
    params = list(text.parameters()) + list(heads.parameters())
    optimiser = torch.optim.AdamW(params, 1e-3, betas=(.9, .98), weight_decay=.01)
    for step in range(1, args.steps + 1):
        for group in optimiser.param_groups:
            group["lr"] = 1e-3 * min(1, step / 50, 2 - 1.98 * step / args.steps)
        labels = [sample_label(rng) for _ in range(96)]
        ids, mask = map(torch.tensor, tokenizer.batch([caption(x, rng) for x in labels]))
        scores = heads(text(ids, mask), mask)
        loss, right = 0.0, {}
        for name, values in VALUES.items():
            target = torch.tensor([values.index(x[name]) for x in labels])
            loss = loss + F.cross_entropy(scores[name], target)
            right[name] = (scores[name].argmax(1) == target).float().mean().item()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(params, 1.0)
        optimiser.step()
        if step % 50 == 0:
            shown = " ".join(f"{k} {v:.2f}" for k, v in right.items())
            print(f"step {step} loss {loss.item():.3f} {shown}", flush=True)
    torch.save({"text": text.state_dict(), "step": args.steps}, path)


if __name__ == "__main__":
    main()
