"""Plain numbers about clips [3, T, H, W] in [0, 1]; no network looks at them."""
import math

import torch
import torch.nn.functional as F


def psnr(a, b):
    """Peak signal to noise ratio in dB of two tensors in [0, 1]."""
    return -10 * math.log10((a - b).square().mean().item() + 1e-10)


def luma(clip):
    """-> [T, H, W]"""
    return (clip * torch.tensor([.299, .587, .114]).view(3, 1, 1, 1)).sum(0)


def changes(clip):
    """Mean absolute difference from each frame to the next, [T - 1]."""
    return (clip[:, 1:] - clip[:, :-1]).abs().mean((0, 2, 3))


def flicker(clip):
    """How far frames are from the middle of their neighbours, in 255ths.

    Even movement adds little to it; what comes and goes from frame to frame adds all of itself.
    """
    middle = (clip[:, 2:] + clip[:, :-2]) / 2
    return (clip[:, 1:-1] - middle).abs().mean().item() * 255


def noisy(clip):
    """Do cells of 8x8 pixels have nothing to do with their neighbours in space and in time?

    The fastest drawn clips reach 21 and 11 of these 255ths, but not both; decoded noise 26, 12.
    """
    cells = F.avg_pool2d(clip.transpose(0, 1), 8) * 255
    across = (cells[..., 1:] - cells[..., :-1]).abs().mean().item()
    middle = (cells[2:] + cells[:-2]) / 2
    return across > 23 and (cells[1:-1] - middle).abs().mean((1, 2, 3)).median().item() > 11.5


def strobes(clip):
    """Does the brightness jump up, down and up again (a stroke of lightning only jumps once)?

    A jump is more than six median deviations, and more than four 255ths.
    """
    step = luma(clip).mean((1, 2)).diff()
    spread = (step - step.median()).abs().median().item()
    jumps = step[step.abs() > max(6 * spread, 4 / 255)].sign()
    return (jumps[1:] != jumps[:-1]).sum().item() >= 2


def faults(clip, moving):
    """What is wrong with the clip beyond taste, as a list of words; moving: should it move?"""
    if not torch.isfinite(clip).all():
        return ["not finite"]
    grey, found = luma(clip), []
    if grey.mean() < 2 / 255 and grey.std() < 1 / 255:
        found.append("black")
    if moving and changes(clip).max() < .1 / 255:
        found.append("frozen")
    if strobes(clip):
        found.append("strobing")
    clipped = ((clip < 1 / 255) | (clip > 254 / 255)).all(0).float().mean()
    if noisy(clip) or clipped > .35:
        found.append("garish")
    return found


def seam(old, new):
    """Change from the old clip's last frame to the new one's first, over the median change."""
    inside = torch.cat([changes(old), changes(new)]).median()
    step = (new[:, 0] - old[:, -1]).abs().mean()
    return (step / inside.clamp(min=.1 / 255)).item()


def spread(clips):
    """Mean distance between any two of the clips [N, 3, T, H, W], seen small and half-way."""
    small = F.avg_pool2d(clips[:, :, clips.shape[2] // 2], 8).flatten(1)
    return torch.pdist(small).mean().item() / small.shape[1] ** .5
