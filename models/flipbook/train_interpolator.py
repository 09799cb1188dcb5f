"""Trains the interpolator on clips of 16 frames a second: of three frames it gets the outer two.

usage: train_interpolator.py --work DIR [--steps 1500]
Reads DIR/vae.pt, writes DIR/interpolator.pt.  Half of the frames, the middle one among them, have
been through the autoencoder: a middle frame crisper than its neighbours would flicker.
"""
import torch

from data import to_float
from footage import HELD_OUT, quick
from interpolator import Interpolator
from training import arguments, picture_loss, psnr, train

BATCH, SIDE, CRISPNESS = 10, 64, 0.5


def crops(clips, rng):
    """Pairs [B, 6, SIDE, SIDE] and the frames between [B, 3, SIDE, SIDE], in [-1, 1]."""
    out = []
    for _ in range(BATCH):
        source = clips["clean" if rng.random() < 0.5 else "coded"]
        clip = source[rng.integers(len(source) - HELD_OUT)]
        t, y, x = (rng.integers(n - size + 1) for n, size in
                   zip(clip.shape[1:], (3, SIDE, SIDE)))
        crop = clip[:, t:t + 3, y:y + SIDE, x:x + SIDE]
        out.append(crop.flip([d for d in (1, 2, 3) if rng.random() < 0.5]))
    frames = to_float(torch.stack(out))
    return torch.cat([frames[:, :, 0], frames[:, :, 2]], 1), frames[:, :, 1]


@torch.no_grad()
def measure(model, clips):
    """PSNR of held-out frames: of the interpolator and of the average of two."""
    values = []
    for clip in clips[-HELD_OUT:]:
        frames = to_float(clip).transpose(0, 1)
        pair = torch.cat([frames[:-2:8], frames[2::8]], 1)
        middle = frames[1:-1:8]
        values.append([psnr(model(pair), middle), psnr((pair[:, :3] + pair[:, 3:]) / 2, middle)])
    return torch.tensor(values).mean(0).tolist()


def main():
    args = arguments(1500)
    clips = quick(args.work)

    def loss_of(model, rng):
        pair, middle = crops(clips, rng)
        return picture_loss(model(pair), middle, CRISPNESS)

    def inside(name):
        return "enter.0" not in name and "leave.2" not in name

    model = train("interpolator", Interpolator, loss_of, inside, args)
    for source in ("coded", "clean"):
        ours, plain = measure(model, clips[source])
        print(f"held out, {source}: {ours:.2f} dB, average {plain:.2f} dB", flush=True)


if __name__ == "__main__":
    main()
