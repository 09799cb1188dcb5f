"""The loop that trains a companion: seeded, resumable, with averaged weights."""
import argparse
import copy
import math
import os
import time

import numpy as np
import torch
import torch.nn.functional as F

from optimiser import Muon, split_groups


def arguments(steps):
    """Parses the arguments that the three scripts share, and sets PyTorch up."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", default="work")
    parser.add_argument("--package", default="package")
    parser.add_argument("--steps", type=int, default=steps)
    torch.set_num_threads(min(2, torch.get_num_threads()))
    torch.set_flush_denormal(True)
    return parser.parse_args()


def rate_at(step, steps):
    """Warm-up, plateau, then a cosine down to a fiftieth over the last half."""
    fall = max(0.0, 2 * step / steps - 1)
    return min(1, (step + 1) / 40) * (.02 + .98 * math.cos(math.pi / 2 * fall) ** 2)


def train(name, kind, loss_of, hidden, args, rate=2e-3):
    """Trains a model of a class and returns it with averaged weights, in eval mode.

    `loss_of(model, rng)` draws a batch and returns its loss; `hidden(parameter name)` tells the
    matrices that Muon updates.  Writes args.work/NAME.pt: the average ("NAME") and the state.
    """
    path, step, shown, start = os.path.join(args.work, name + ".pt"), 0, None, time.time()
    torch.manual_seed(8)
    model = kind()
    average = copy.deepcopy(model)
    optimiser = Muon(split_groups(model, hidden), rate)
    if os.path.exists(path):
        state = torch.load(path)
        model.load_state_dict(state.get("model", state[name]))
        average.load_state_dict(state[name])
        if "optimiser" in state:        # not in what unpack.py wrote
            optimiser.load_state_dict(state["optimiser"])
            step = state["step"]
    while step < args.steps:
        torch.manual_seed(step)
        loss = loss_of(model, np.random.default_rng(step))
        model.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step(rate * rate_at(step, args.steps))
        step += 1
        with torch.no_grad():
            for a, b in zip(average.parameters(), model.parameters()):
                a.lerp_(b, 1 - min(.99, step / (step + 20)))
        shown = loss.item() if shown is None else .98 * shown + .02 * loss.item()
        if step % 50 == 0:
            print(f"step {step} {time.time() - start:.0f}s loss {shown:.4f}", flush=True)
        if step % 100 == 0 or step == args.steps:
            torch.save({name: average.state_dict(), "model": model.state_dict(),
                        "optimiser": optimiser.state_dict(), "step": step}, path + ".new")
            os.replace(path + ".new", path)
    return average.eval()


def contrast(x, size=8):
    """Mean differences to the right and downward in windows of [B, 3, H, W]."""
    return torch.cat([F.avg_pool2d((x[..., :-1, 1:] - x[..., :-1, :-1]).abs(), size, size // 2),
                      F.avg_pool2d((x[..., 1:, :-1] - x[..., :-1, :-1]).abs(), size, size // 2)])


def picture_loss(found, wanted, crispness):
    """Absolute error, and that of the contrast.

    Where an edge is uncertain a blurred one has the least absolute error, pixel by pixel; but
    then the contrast around it is too small.
    """
    error = F.l1_loss(found, wanted)
    if crispness:
        error = error + crispness * F.l1_loss(contrast(found), contrast(wanted))
    return error


def psnr(found, wanted):
    """In dB, of pictures in [-1, 1]."""
    return -10 * math.log10(((found.clamp(-1, 1) - wanted) / 2).square().mean().item())
