"""What can be wrong with a clip, on five of its frames, for the scorer to learn quality from.

Every corruption takes frames [5, 3, H, W] in [-1, 1], a strength in 0..1 and a NumPy generator.
"""
import torch
import torch.nn.functional as F


def _random(rng):
    return torch.Generator().manual_seed(int(rng.integers(1 << 30)))


def noise(frames, strength, rng):
    return frames + 0.6 * strength * torch.randn(frames.shape, generator=_random(rng))


def blur(frames, strength, rng):
    reach = torch.arange(-8.0, 9.0)
    taps = torch.exp(-reach.square() / (2 * (0.4 + 3.6 * strength) ** 2))
    taps = (taps / taps.sum()).expand(3, 1, 1, 17)
    frames = F.conv2d(F.pad(frames, (8, 8, 8, 8), mode="replicate"), taps, groups=3)
    return F.conv2d(frames, taps.transpose(2, 3), groups=3)


def flicker(frames, strength, rng):
    gain = torch.rand(len(frames), 1, 1, 1, generator=_random(rng)) * 2 - 1
    return (frames + 1) * (1 + 0.7 * strength * gain / gain.abs().max()) - 1


def cast(frames, strength, rng):
    colour = torch.randn(1, 3, 1, 1, generator=_random(rng))
    colour = colour - 0.7 * colour.mean()
    return frames + 0.6 * strength * colour / colour.abs().max()


def blotches(frames, strength, rng):
    cells = torch.randn(len(frames), 3, *(n // 8 for n in frames.shape[2:]),
                        generator=_random(rng))
    cells = F.interpolate(cells, frames.shape[2:], mode="bilinear", align_corners=False)
    return frames + 0.8 * strength * cells


LOOKS = [noise, blur, flicker, cast, blotches]


def frozen(frames, rng):
    """The clip stops: the last 1 to 4 frames are the one before; -> frames, strength."""
    count = int(rng.integers(1, len(frames)))
    stop = len(frames) - count
    return torch.cat([frames[:stop], frames[stop - 1:stop].repeat(count, 1, 1, 1)]), count / 4


def shuffled(frames, rng):
    """Out of order; backwards is in order.  -> frames, strength."""
    order = rng.permutation(len(frames))
    wrong = sum(a > b for i, a in enumerate(order) for b in order[i + 1:])
    return frames[torch.from_numpy(order)], min(wrong, 10 - wrong) / 5


def corrupt(frames, rng):
    """-> frames [5, 3, H, W] with one or two corruptions, and their strength in 0..1."""
    clean = 1.0
    for _ in range(1 + (rng.random() < 0.2)):
        moves = (frames[1:] - frames[:-1]).abs().mean() > 0.03
        if moves and rng.random() < 0.3:
            frames, strength = (frozen if rng.random() < 0.5 else shuffled)(frames, rng)
        else:
            strength = rng.uniform(0.05, 1)
            frames = LOOKS[rng.integers(len(LOOKS))](frames, strength, rng).clamp(-1, 1)
        clean *= 1 - strength
    return frames, float(1 - clean)
