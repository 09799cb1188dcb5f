"""Trains the transformer on latents, the text encoder being ready; resumable at any save.

usage: train_dit.py LATENTS... --work DIR --package DIR [--steps 1500] [--rate 2e-3]
First single pictures only (fast, learns layout and colour from the words), then every step
sees clips and pictures.  Writes DIR/dit.pt with the averaged weights ("dit") and the state.
Gradients are computed in bfloat16; the weights themselves and their average are float32.
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
from noise import NoiseCarrier
from text_encoder import TextEncoder
from tokenizer import Tokenizer
from transformer import DiT, pool

PICTURES_ONLY, RATE, MUON = 0.3, 2e-3, 2.5      # share of the steps; learning rate; times it
PICTURES_FIRST, PICTURES, CLIPS = 64, 12, 20    # batch while alone, then of each step
SUBJECT_WEIGHT = 2.0    # added to 1 where the subject is: it covers a tenth of the picture
MOVING_WEIGHT = 2.0     # added to 1 for what differs from frame to frame: a tenth of a clip
SPEED_WEIGHT = 0.05     # of the camera's speeds as the words say them
GIVEN = {"nothing": 50, "first": 20, "ends": 10, "last": 7, "two": 7, "tail": 6}


class Source:
    """All latent files; draws a batch of pictures or of clips of one size."""

    def __init__(self, paths):
        self.pictures, self.clips = [], []
        for path in paths:
            data = torch.load(path)
            videos, last, labels = data["clips"], data["last"], data["labels"]
            mask = data["mask"].unsqueeze(1)
            if videos.shape[2] > 1:
                self.clips.append((videos, last, mask[:, :, :-1], labels))
                self.pictures.append((last, last, mask[:, :, -1:], labels))
            self.pictures.append((videos[:, :, :1], last, mask[:, :, :1], labels))

    def draw(self, rng, clips, count):
        """-> latents [B, 8, F, h, w], last pictures [B, 8, 1, h, w], mask, labels."""
        groups = self.clips if clips else self.pictures
        group = rng.choices(groups, [len(g[3]) for g in groups])[0]
        picks = [rng.randrange(len(group[3])) for _ in range(count)]
        videos, last, mask = (part[picks].float() for part in group[:3])
        return videos, last, mask, [group[3][i] for i in picks]


def given_frames(x, last, rng):
    """Conditioning latents and mask [B, 9, F, h, w]; a random subset of frames is given.

    first, two: the first one or two latent frames, as when a clip is continued; last: the last
    picture alone; ends: first and last; tail: the last two, as when a clip is led up to.
    """
    out = torch.zeros(x.shape[0], 9, *x.shape[2:])
    if x.shape[2] == 1:
        return out
    for i in range(len(x)):
        kind = rng.choices(list(GIVEN), list(GIVEN.values()))[0]
        count = {"first": 1, "ends": 1, "two": 2}.get(kind, 0)
        out[i, :8, :count], out[i, 8, :count] = x[i, :, :count], 1
        if kind in ("ends", "last"):
            out[i, :8, -1:], out[i, 8, -1:] = last[i], 1
        if kind == "tail":
            out[i, :8, -2:], out[i, 8, -2:] = x[i, :, -2:], 1
    noise = torch.randn_like(x) * 0.05
    return torch.cat([out[:, :8] + noise * out[:, 8:], out[:, 8:]], 1)


def speeds(label):
    """How a label's camera moves: pan, tilt and growth as in shot.py, fifths a second."""
    pace = {"slow": 1.0, "fast": 1.7}[label["speed"]]
    unit = {"left": (-1, 0, 0), "right": (1, 0, 0), "up": (0, -.41, 0), "down": (0, .41, 0),
            "in": (0, 0, .87), "out": (0, 0, -.79)}.get(label["camera"], (0, 0, 0))
    return [pace * x for x in unit]


class Teacher:
    """Turns a batch into the loss of a bfloat16 network."""

    def __init__(self, args):
        self.tokenizer = Tokenizer(os.path.join(args.package, "tokenizer", "tokenizer.json"))
        self.text = TextEncoder()
        self.text.load_state_dict(torch.load(os.path.join(args.work, "text.pt"))["text"])
        self.text.bfloat16()
        self.carrier = NoiseCarrier(None)

    @torch.no_grad()
    def words(self, labels, rng):
        """Labels -> hidden states and mask of fresh captions, empty in 10 %."""
        texts = ["" if rng.random() < 0.1 else caption(label, rng) for label in labels]
        ids, mask = map(torch.tensor, self.tokenizer.batch(texts))
        return self.text(ids, mask), mask

    def loss(self, network, x, last, mask, labels, rng):
        """Weighted squared error of the velocity at random times, and of the camera's speeds.

        Half of the times are shifted by 3 towards noise, as the sampler's are: there a picture
        is laid out.  The other half is where it becomes sharp.
        """
        t = torch.sigmoid(torch.randn(len(x)))
        t = torch.where(torch.arange(len(x)) % 2 == 0, 3 * t / (1 + 2 * t), t)
        moves, s = torch.tensor(list(map(speeds, labels))), t.view(-1, 1, 1, 1, 1)
        noise = self.carrier.carry(torch.randn_like(x), moves)
        noisy = torch.cat([(1 - s) * x + s * noise, given_frames(x, last, rng)], 1)
        words = self.words(labels, rng)
        velocity = network(noisy.bfloat16(), t * 1000, *words).float()
        weight = 1 + SUBJECT_WEIGHT * mask
        off = network.scene.speeds(pool(*words)).float() - moves
        error = velocity - (noise - x)
        moving = error - error.mean(2, keepdim=True)
        return ((weight * (error.square() + MOVING_WEIGHT * moving.square())).mean()
                / weight.mean() + SPEED_WEIGHT * off.square().mean())


def in_blocks(name):
    """The weight matrices inside transformer blocks, which Muon updates."""
    return name.startswith("blocks.") and name.endswith("weight")


def rate_at(step, steps):
    """Warm-up to 1, plateau, then a cosine down to a twentieth over the last 55 %."""
    fall = max(0.0, (step / steps - 0.45) / 0.55)
    return min(1, (step + 1) / 40) * (.05 + .95 * math.cos(math.pi / 2 * fall) ** 2)


def backward(model, network, loss_of, batches):
    """Sums the gradients of several batches into `model`; -> their losses."""
    for p, q in zip(network.parameters(), model.parameters()):
        p.data.copy_(q)
        p.grad = None
    losses = []
    for share, batch in batches:
        loss = loss_of(network, *batch)
        (loss * share).backward()
        losses.append(loss.item())
    for p, q in zip(network.parameters(), model.parameters()):
        q.grad = None if p.grad is None else p.grad.float()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    return losses


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("latents", nargs="+")
    parser.add_argument("--work", default="work")
    parser.add_argument("--package", default="package")
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--rate", type=float, default=RATE, help="less to go on from a model")
    args = parser.parse_args()
    torch.set_num_threads(2)
    torch.set_flush_denormal(True)
    path = os.path.join(args.work, "dit.pt")
    torch.manual_seed(4)
    model, teacher = DiT(), Teacher(args)
    optimiser = Muon(split_groups(model, in_blocks), RATE)
    average, network = copy.deepcopy(model), copy.deepcopy(model).bfloat16()
    step, seen, fresh = 0, [0, 0], True
    if os.path.exists(path):
        state = torch.load(path)
        model.load_state_dict(state.get("model", state["dit"]))
        average.load_state_dict(state["dit"])
        if "optimiser" in state:
            optimiser.load_state_dict(state["optimiser"])
            step, seen, fresh = state["step"], state["seen"], state["fresh"]
        else:                           # what unpack.py wrote: layout is learned already
            fresh = False
    optimiser.param_groups[0]["scale"] = MUON
    source, start, shown = Source(args.latents), time.time(), {}
    while step < args.steps:
        rng = random.Random(step)
        torch.manual_seed(step + 5)
        alone = fresh and step < PICTURES_ONLY * args.steps
        counts = [PICTURES_FIRST, 0] if alone else [PICTURES, CLIPS]
        batches = [(count / sum(counts), (*source.draw(rng, clips, count), rng))
                   for clips, count in enumerate(counts) if count]
        losses = backward(model, network, teacher.loss, batches)
        optimiser.step(args.rate * rate_at(step, args.steps))
        step += 1
        keep = min(.99, step / (step + 6))
        with torch.no_grad():
            for a, b in zip(average.parameters(), model.parameters()):
                a.lerp_(b, 1 - keep)
        for kind, value in enumerate(losses):
            seen[kind] += counts[kind]
            shown[kind] = shown.get(kind, value) * .98 + value * .02
        if step % 25 == 0:
            print(f"step {step} {time.time() - start:.0f}s seen {seen} loss "
                  + " ".join(f"{value:.4f}" for value in shown.values()), flush=True)
        if step % 50 == 0 or step == args.steps:
            torch.save({"dit": average.state_dict(), "model": model.state_dict(),
                        "optimiser": optimiser.state_dict(), "step": step, "seen": seen,
                        "fresh": fresh},
                       path + ".new")
            os.replace(path + ".new", path)


if __name__ == "__main__":
    main()
