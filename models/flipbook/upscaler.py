"""Upscaler: four times the width and height, from a frame and its two neighbours.

All of its work is done on the 2x2 pixels of each cell: what comes out of the decoder has little
finer than that.  The last layer's 192 channels are the 8x8 pixels that each cell becomes, as a
correction of the bilinear enlargement.
"""
import torch
import torch.nn.functional as F
from torch import nn

SCALE = 4


def conv(inner, outer, size=3, stride=1):
    """A convolution that keeps height and width (but for its stride)."""
    return nn.Conv2d(inner, outer, size, stride, size // 2)


def zero(layer):
    """The layer, its output nothing until it is trained."""
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def pixels_to_channels(x, n):
    """[B, C, H, W] -> [B, C n n, H / n, W / n]."""
    b, c, h, w = x.shape
    x = x.reshape(b, c, h // n, n, w // n, n).permute(0, 1, 3, 5, 2, 4)
    return x.reshape(b, c * n * n, h // n, w // n)


class Block(nn.Module):
    """Two convolutions as a correction; [B, C, H, W] unchanged."""

    def __init__(self, channels):
        super().__init__()
        self.first, self.second = conv(channels, channels), zero(conv(channels, channels))

    def forward(self, x):
        return x + self.second(F.relu(self.first(x)))


def enlargement():
    """The bilinear enlargement of one channel as a kernel [SCALE * SCALE, 1, 3, 3]."""
    taps = []
    for i in range(SCALE):
        off = (i + 0.5) / SCALE - 0.5
        taps.append([max(-off, 0.0), 1 - abs(off), max(off, 0.0)])
    taps = torch.tensor(taps)
    return torch.einsum("iv,ju->ijvu", taps, taps).reshape(SCALE * SCALE, 1, 3, 3)


class Upscaler(nn.Module):
    """frames [B, 9, H, W] (previous, this, next) in [-1, 1] -> sample [B, 3, 4H, 4W]; H, W = 2k.

    The layers see how pixels differ from their surroundings, not the colours themselves.
    """

    def __init__(self, width=64, blocks=3):
        super().__init__()
        self.register_buffer("kernel", enlargement().repeat(3, 1, 1, 1))
        self.enter = conv(36, width)
        self.body = nn.Sequential(*(Block(width) for _ in range(blocks)), nn.ReLU())
        self.leave = zero(conv(width, 3 * (2 * SCALE) ** 2, 1))
        nn.init.zeros_(self.enter.bias)

    def forward(self, frames):
        wide = F.pad(frames[:, 3:6], (3, 3, 3, 3), mode="replicate")
        around = F.avg_pool2d(wide, 7, 1)
        x = pixels_to_channels(frames - torch.cat([around, around, around], 1), 2)
        x = F.pixel_shuffle(self.leave(self.body(self.enter(x))) * 0.1, 2 * SCALE)
        return x + F.pixel_shuffle(F.conv2d(wide[..., 2:-2, 2:-2], self.kernel, groups=3), SCALE)


def windows(clip):
    """A clip [3, T, H, W] -> the upscaler's input for every frame, [T, 9, H, W]."""
    frames = clip.transpose(0, 1)
    return torch.cat([torch.cat([frames[:1], frames[:-1]]), frames,
                      torch.cat([frames[1:], frames[-1:]])], 1)
