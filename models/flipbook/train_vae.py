"""Trains the autoencoder on crops of rendered clips; resumable.

usage: train_vae.py CLIPS --work DIR --eval CLIPS [--steps 1600] [--rate 2e-3] [--decoder]
Writes DIR/vae.pt: weights, optimiser and the number of steps.  --decoder goes on with the decoder
alone, on whole clips: latents stay what they are, and with them all that was learned of them.
"""
import argparse
import math
import os

import numpy as np
import torch
import torch.nn.functional as F

from data import load, to_float
from optimiser import Muon, split_groups
from vae import Vae

BATCH, FRAMES, SIDE, RATE = 8, 9, 64, 2e-3
WHOLE = 17          # frames of a whole clip
SQUARED = 6.0       # weight of the squared error, which is about a tenth of the absolute one


def crops(clips, rng, frames):
    """Random crops [BATCH, 3, frames, SIDE, SIDE] in [-1, 1], half of them mirrored."""
    out = []
    for _ in range(BATCH):
        clip = clips[rng.integers(len(clips))]
        t, y, x = (rng.integers(n - size + 1) for n, size in
                   zip(clip.shape[1:], (frames, SIDE, SIDE)))
        crop = clip[:, t:t + frames, y:y + SIDE, x:x + SIDE]
        out.append(crop[..., ::-1] if rng.random() < 0.5 else crop)
    return to_float(np.stack(out))


def detail(x):
    """Differences along the three axes of [B, 3, T, H, W]."""
    return (x[:, :, 1:] - x[:, :, :-1], x[..., 1:, :] - x[..., :-1, :],
            x[..., 1:] - x[..., :-1])


def loss_of(clip, output, mean, logvar):
    """Absolute error at three scales, of the differences, squared error, and a light KL term."""
    error = F.l1_loss(output, clip) + SQUARED * F.mse_loss(output, clip)
    small, small_clip = output, clip
    for _ in range(2):
        small, small_clip = F.avg_pool3d(small, (1, 2, 2)), F.avg_pool3d(small_clip, (1, 2, 2))
        error = error + 0.5 * F.l1_loss(small, small_clip)
    error = error + sum(F.l1_loss(a, b) for a, b in zip(detail(output), detail(clip))) * 0.35
    kl = 0.5 * (mean * mean + logvar.exp() - 1 - logvar).mean()
    return error + 2e-4 * kl


@torch.no_grad()
def measure(vae, clips, count=8):
    """PSNR in dB of whole clips through encoder and decoder, averaged over clips."""
    vae.eval()
    values = []
    for clip in clips[:count]:
        clip = to_float(np.array(clip))[None]
        error = ((vae.decoder(vae.encoder(clip)[:, :8]).clamp(-1, 1) - clip) / 2).square().mean()
        values.append(-10 * math.log10(error.item()))
    vae.train()
    return sum(values) / len(values)


@torch.no_grad()
def statistics(vae, clips, count=96):
    """Sets the per-channel mean and deviation of the latents."""
    picks = range(0, len(clips), max(1, len(clips) // count))
    latents = torch.cat([vae.encoder(to_float(np.array(clips[i]))[None])[:, :8] for i in picks])
    vae.mean.copy_(latents.mean((0, 2, 3, 4), keepdim=True))
    vae.std.copy_(latents.std((0, 2, 3, 4), keepdim=True))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("clips")
    parser.add_argument("--eval", required=True)
    parser.add_argument("--work", default="work")
    parser.add_argument("--steps", type=int, default=1600)
    parser.add_argument("--rate", type=float, default=RATE, help="less to go on from a model")
    parser.add_argument("--decoder", action="store_true", help="goes on with the decoder alone")
    args = parser.parse_args()
    torch.set_num_threads(2)
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    path = os.path.join(args.work, "vae.pt")
    clips, held_out = load(args.clips)[0], load(args.eval)[0]
    vae, step = Vae(), 0
    groups = split_groups(vae, lambda name: ".net." in name and "gain" not in name)
    optimiser = Muon(groups, RATE)
    state, part = {}, "decoder_" if args.decoder else ""
    if os.path.exists(path):
        state = torch.load(path)
        vae.load_state_dict(state["vae"])
        if part + "optimiser" in state:     # not in what unpack.py wrote
            optimiser.load_state_dict(state[part + "optimiser"])
            step = state[part + "step"]
    vae.encoder.requires_grad_(not args.decoder)
    rng, average = np.random.default_rng(step + 1), 0.0
    while step < args.steps:
        rate = args.rate * min(1, (step + 1) / 40, 0.03 + 1.4 * (1 - step / args.steps))
        clip = crops(clips, rng, WHOLE if args.decoder else FRAMES)
        loss = loss_of(clip, *vae(clip))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(vae.parameters(), 1.0)
        optimiser.step(rate)
        step += 1
        average = loss.item() if average == 0 else .98 * average + .02 * loss.item()
        if step % 50 == 0:
            print(f"step {step} loss {average:.4f} rate {rate:.1e}", flush=True)
        if step % 200 == 0 or step == args.steps:
            if not args.decoder:
                statistics(vae, clips)
            print(f"psnr {measure(vae, held_out):.2f} dB", flush=True)
            state.update({"vae": vae.state_dict(), part + "step": step,
                          part + "optimiser": optimiser.state_dict()})
            torch.save(state, path + ".new")
            os.replace(path + ".new", path)
    print(f"done {step} steps, psnr {measure(vae, held_out, 48):.2f} dB", flush=True)


if __name__ == "__main__":
    main()
