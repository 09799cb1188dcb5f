"""Trains the scorer: words that belong to a clip or not, and clips that are clean or not.

usage: train_scorer.py --work DIR --package DIR [--steps 1200]
Reads DIR/vae.pt and DIR/text.pt (the text encoder stays as it is), writes DIR/scorer.pt.
"""
import os
import random

import numpy as np
import torch
import torch.nn.functional as F

from captions import caption
from corruption import corrupt
from data import to_float
from footage import HELD_OUT, stills
from scorer import NAMES, Scorer
from text_encoder import TextEncoder
from tokenizer import Tokenizer
from training import arguments, train
from wording import changeable, wrong

BATCH = 32
SHARES = [4, 2, 4, 1, 1]        # of the batches: coded clips, murky ones, three sizes of drawn
CORRUPTED = 0.45
MURKIEST = 0.6                  # a share of noise in the latents that leaves nothing


class Reader:
    """The frozen text encoder."""

    def __init__(self, args):
        self.tokenizer = Tokenizer(os.path.join(args.package, "tokenizer", "tokenizer.json"))
        self.text = TextEncoder()
        self.text.load_state_dict(torch.load(os.path.join(args.work, "text.pt"))["text"])
        self.text.bfloat16()

    @torch.no_grad()
    def __call__(self, texts):
        ids, mask = map(torch.tensor, self.tokenizer.batch(texts))
        return self.text(ids, mask).float(), mask


def mirrored(label):
    """The label of the mirrored clip."""
    other = {"left": "right", "right": "left"}
    return {**label, "camera": other.get(label["camera"], label["camera"])}


def says_what(label):
    """A label as 0 and 1 over NAMES."""
    return torch.tensor([float(label[key] == value) for key, value in NAMES])


def words_for(label, group, rng):
    """-> a text, the label it describes and whether it belongs to the clip of `label`."""
    kind = rng.random()
    if kind < 0.35:
        text, other = wrong(label, rng)
        if text:
            return text, other, 0.0
    if kind < 0.47:
        other = rng.choice(group["labels"])
        if sum(other[key] != label[key] for key in ("time", "terrain", "weather")) > 1:
            return caption(other, rng), other, 0.0
    return caption(label, rng), label, 1.0


def sample(groups, generator):
    """-> frames [B, 15, H, W], texts and targets: belongs, strength, seen, said."""
    rng = random.Random(int(generator.integers(1 << 30)))
    group = rng.choices(groups, SHARES)[0]
    rows = []
    for _ in range(BATCH):
        i = rng.randrange(len(group["labels"]) - HELD_OUT)
        label, frames = group["labels"][i], to_float(group["frames"][i]).transpose(0, 1)
        strength = min(1.0, float(group["murk"][i]) / MURKIEST)
        if rng.random() < 0.5:
            label, frames = mirrored(label), frames.flip(3)
        text, described, belongs = words_for(label, group, rng)
        if strength == 0 and rng.random() < CORRUPTED:
            frames, strength = corrupt(frames, generator)
        rows.append((frames.flatten(0, 1), text, belongs, strength, says_what(label),
                     says_what(described)))
    frames, texts, belongs, strength, seen, said = zip(*rows)
    return (torch.stack(frames), texts, torch.tensor(belongs), torch.tensor(strength),
            torch.stack(seen), torch.stack(said))


def loss_of(model, reader, groups, generator):
    """Agreement and attributes where the clip can still be recognised; quality everywhere."""
    frames, texts, belongs, strength, seen, said = sample(groups, generator)
    logits = model.judge(model.look(frames), *reader(texts))
    whole = (1 - strength).square().unsqueeze(1)
    targets = (belongs.unsqueeze(1), (1 - strength).unsqueeze(1), seen, said)
    agreement, quality, seen, said = (
        F.binary_cross_entropy_with_logits(logit, target, reduction="none")
        for logit, target in zip(logits, targets))
    return ((agreement * whole).mean() + 1.5 * quality.mean() + (seen * whole).mean() * 3
            + said.mean() * 2)


def ranks(values):
    return values.argsort().argsort().float()


@torch.no_grad()
def measure(model, reader, group, rounds=8):
    """Held-out coded clips: right answers to true and to wrong words, and to which of the two
    fits better; rank correlation of quality with the strength of a corruption."""
    rng, generator = random.Random(5), np.random.default_rng(5)
    right, quality = {}, []
    for i in range(len(group["labels"]) - HELD_OUT, len(group["labels"])):
        label, frames = group["labels"][i], to_float(group["frames"][i]).transpose(0, 1)
        lies = [(key, wrong(label, rng, key)[0]) for key in changeable(label) * 2]
        lies = [(key, text) for key, text in lies if text]
        texts = [caption(label, rng) for _ in lies] + [text for _, text in lies]
        features = model.look(frames.flatten(0, 1)[None]).expand(len(texts), -1)
        true, false = model.judge(features, *reader(texts))[0][:, 0].split(len(lies))
        for (key, _), a, b in zip(lies, true.tolist(), false.tolist()):
            right.setdefault(key, []).append([a > 0, b < 0, a > b])
        many = [corrupt(frames, generator) for _ in range(rounds)] + [(frames, 0.0)]
        features = model.look(torch.stack([x.flatten(0, 1) for x, _ in many]))
        scores = model.quality(features)[:, 0].tolist()
        quality += [(strength, -score) for (_, strength), score in zip(many, scores)]
    right["all"] = sum(right.values(), [])
    pair = torch.stack([ranks(column) for column in torch.tensor(quality).T])
    return ({key: torch.tensor(value).float().mean(0).tolist() for key, value in right.items()},
            torch.corrcoef(pair)[0, 1].item())


def main():
    args = arguments(1200)
    reader, groups = Reader(args), stills(args.work)

    def inside(name):
        return name.split(".")[0] in ("enter", "merge", "coarse") and "enter.0" not in name

    model = train("scorer", Scorer, lambda model, rng: loss_of(model, reader, groups, rng),
                  inside, args)
    right, order = measure(model, reader, groups[0])
    for key, (true, false, better) in right.items():
        print(f"{key}: true {true:.2f}, false {false:.2f}, true above false {better:.2f}")
    print(f"held out: rank correlation of quality {order:.3f}", flush=True)


if __name__ == "__main__":
    main()
