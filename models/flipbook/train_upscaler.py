"""Trains the upscaler to draw clips as they would have been drawn four times larger.

usage: train_upscaler.py --work DIR [--steps 1500]
Reads DIR/vae.pt, writes DIR/upscaler.pt.  Three quarters of the small frames have been through
the autoencoder, since what it will enlarge comes out of the decoder.
"""
import torch
import torch.nn.functional as F

from data import to_float
from footage import HELD_OUT, footage
from training import arguments, picture_loss, psnr, train
from upscaler import SCALE, Upscaler

BATCH, SIDE, CLEAN, CRISPNESS = 10, 48, 0.25, 1.0


def window(clip, t):
    """The frame before, frame t and the one after of a clip [3, T, H, W] -> [9, H, W]."""
    last = clip.shape[1] - 1
    return torch.cat([clip[:, max(t - 1, 0)], clip[:, t], clip[:, min(t + 1, last)]])


def crops(footage, rng):
    """Small windows [B, 9, SIDE, SIDE] and large pictures [B, 3, 4 SIDE, 4 SIDE], in [-1, 1]."""
    small, large = [], []
    for _ in range(BATCH):
        clip = rng.integers(len(footage["labels"]) - HELD_OUT)
        source = footage["clean" if rng.random() < CLEAN else "coded"][clip]
        k = rng.integers(footage["at"].shape[1])
        y, x = (rng.integers(n - SIDE + 1) for n in source.shape[2:])
        a = window(source[..., y:y + SIDE, x:x + SIDE], int(footage["at"][clip, k]))
        y, x, side = y * SCALE, x * SCALE, SIDE * SCALE
        b = footage["large"][clip, :, k, y:y + side, x:x + side]
        mirror = [d for d in (1, 2) if rng.random() < 0.5]
        small.append(a.flip(mirror))
        large.append(b.flip(mirror))
    return to_float(torch.stack(small)), to_float(torch.stack(large))


@torch.no_grad()
def measure(model, footage, source):
    """PSNR of held-out pictures: of the upscaler and of bilinear enlargement."""
    values = []
    for clip in range(len(footage["labels"]) - HELD_OUT, len(footage["labels"])):
        small = to_float(window(footage[source][clip], int(footage["at"][clip, 0])))[None]
        large = to_float(footage["large"][clip, :, 0])[None]
        plain = F.interpolate(small[:, 3:6], scale_factor=SCALE, mode="bilinear",
                              align_corners=False)
        values.append([psnr(model(small), large), psnr(plain, large)])
    return torch.tensor(values).mean(0).tolist()


def main():
    args = arguments(1500)
    clips = footage(args.work)

    def loss_of(model, rng):
        small, large = crops(clips, rng)
        return picture_loss(model(small), large, CRISPNESS)

    model = train("upscaler", Upscaler, loss_of, lambda name: name.startswith("body."), args,
                  rate=3e-3)
    for source in ("coded", "clean"):
        ours, plain = measure(model, clips, source)
        print(f"held out, {source}: {ours:.2f} dB, bilinear {plain:.2f} dB", flush=True)


if __name__ == "__main__":
    main()
