"""Interpolator: the frame halfway between two.

Something that moves by 2d from frame to frame is d away from where it is seen in each; so every
pixel of the middle frame is a mixture over steps d of what one frame shows at -d and the other
at +d.  A small network weighs the steps, knowing how well the two agree for each; it needs no
more than shifted copies, so every layer runs anywhere.
"""
import torch
import torch.nn.functional as F
from torch import nn

from upscaler import Block, conv, pixels_to_channels, zero

REACH = 2, 1                    # the longest step, across and along the height, in pixels
STEPS = [(x, y) for y in range(-REACH[1], REACH[1] + 1) for x in range(-REACH[0], REACH[0] + 1)]


def shifted(frame, sign):
    """A frame [B, 3, H, W] moved by each step (or against it) -> [B, len(STEPS), 3, H, W]."""
    across, along = REACH
    wide = F.pad(frame, (across, across, along, along), mode="replicate")
    copies = []
    for x, y in STEPS:
        left, top = across + sign * x, along + sign * y
        copies.append(wide[..., top:(top - 2 * along) or None, left:(left - 2 * across) or None])
    return torch.stack(copies, 1)


class Up(nn.Module):
    """Doubles height and width: [B, C, H, W] -> [B, D, 2H, 2W]."""

    def __init__(self, inner, outer):
        super().__init__()
        self.conv = conv(inner, 4 * outer, 1)

    def forward(self, x):
        return F.pixel_shuffle(self.conv(x), 2)


class Interpolator(nn.Module):
    """frames [B, 6, H, W] (two in a row) in [-1, 1] -> sample [B, 3, H, W]; H, W = 16k."""

    def __init__(self, c0=48, c1=64):
        super().__init__()
        self.sharpness = nn.Parameter(torch.tensor(4.5))
        self.enter = nn.Sequential(conv(24 + len(STEPS), c0), Block(c0))
        self.middle = nn.Sequential(conv(c0, c1, stride=2), Block(c1), nn.ReLU(), Up(c1, c0))
        self.leave = nn.Sequential(Block(c0), nn.ReLU(), zero(conv(c0, 4 * len(STEPS) + 12, 1)))
        with torch.no_grad():           # at first short steps are the likelier ones
            length = torch.tensor([float(x * x + y * y) for x, y in STEPS])
            self.leave[2].bias[12:] = -2 * length.repeat_interleave(4)

    def forward(self, frames):
        before, after = shifted(frames[:, :3], -1), shifted(frames[:, 3:], 1)
        apart = (before - after).abs().mean(2)
        cells = torch.cat([pixels_to_channels(frames, 2), F.avg_pool2d(apart, 2)], 1)
        x = F.relu(self.enter(cells))
        x = F.pixel_shuffle(self.leave(F.relu(x + self.middle(x))), 2)
        away = F.avg_pool2d(apart, 5, 1, 2) * self.sharpness.exp()
        weights = (x[:, 3:] - away).softmax(1).unsqueeze(2)
        return ((before + after) * weights).sum(1) * 0.5 + x[:, :3]


def pairs(clip):
    """A clip [3, T, H, W] -> the interpolator's inputs, [T - 1, 6, H, W]."""
    frames = clip.transpose(0, 1)
    return torch.cat([frames[:-1], frames[1:]], 1)
