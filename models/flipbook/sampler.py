"""Draws clips from text: Euler steps along the rectified flow with classifier-free guidance.

Pictures [B, 3, H, W] and clips [B, 3, T, H, W] that go in and come out are in [0, 1].
"""
import os

import torch

from noise import NoiseCarrier
from text_encoder import LENGTH
from tokenizer import Tokenizer
from weights import load

OVERLAP = 5     # frames of the old clip that an extension is given: two latent frames
EASE = 8        # frames over which a clip lets go of what joins it to another


def joined(clips, start=None, end=None):
    """Clips [B, 3, T, H, W] with frames that are given in place of their first or last.

    By what the given frame beside the others is off, they are off too (mostly the autoencoder's
    loss), so that is added to them, less and less over EASE frames; the other end stays.
    """
    if end is not None:
        return joined(joined(clips, start).flip(2), end.flip(2)).flip(2)
    if start is None:
        return clips
    known, rest = start.shape[2], clips.shape[2] - start.shape[2]
    share = 1 - torch.arange(1, rest + 1) / (min(EASE, rest - 1) + 1)
    off = start[:, :, -1:] - clips[:, :, known - 1:known]
    eased = clips[:, :, known:] + share.clamp(min=0).view(-1, 1, 1) * off
    return torch.cat([start, eased.clamp(0, 1)], 2)


def sigmas(steps, shift=3.0):
    """The noise levels of FlowMatchEulerDiscreteScheduler, from 1 down to 0."""
    lowest = shift * 0.001 / (1 + (shift - 1) * 0.001)
    plain = torch.linspace(1.0, lowest, steps)
    return torch.cat([shift * plain / (1 + (shift - 1) * plain), torch.zeros(1)])


class Sampler:
    """Holds the three models and the tokenizer; steps and guidance are its own settings.

    The text encoder and the transformer compute in bfloat16, as they were trained; the state of
    the solver and the clock stay float32.
    """

    def __init__(self, work, package, steps=16, guidance=2.5, dtype=torch.bfloat16):
        self.vae, self.text, self.dit = load(work)
        self.carrier = NoiseCarrier(self.dit.scene.speeds)
        self.text, self.dit, self.dtype = self.text.to(dtype), self.dit.to(dtype), dtype
        self.steps, self.guidance = steps, guidance
        self.tokenizer = Tokenizer(os.path.join(package, "tokenizer", "tokenizer.json"))

    def words(self, texts):
        """Texts -> hidden states [B, L, D] and mask [B, L]."""
        ids, mask = map(torch.tensor, self.tokenizer.batch(texts, LENGTH))
        return self.text(ids, mask), mask

    @torch.no_grad()
    def latents(self, texts, seeds, frames=17, height=96, width=160, steps=None, given=None):
        """Texts, one seed each -> latents [B, 8, F, h, w]; given: see `given` [B, 9, F, h, w].

        A clip depends on its own text, seed and given frames, not on the rest of the batch.
        What is known at the start goes straight from its noise to itself, as in training.
        """
        count, shape = len(texts), (8, (frames - 1) // 4 + 1, height // 8, width // 8)
        x = torch.stack([torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
                         for seed in seeds])
        given = torch.zeros(count, 9, *shape[1:]) if given is None else given
        known = given[:, 8:] > 0
        if frames > 1:
            known[:, :, -1] = False     # a picture's latents, where the clip's stand for four
        hidden, mask = self.words([""] * count + list(texts))
        x = self.carrier(x, hidden[count:], mask[count:]).float()
        levels = sigmas(steps or self.steps)
        for now, then in zip(levels, levels[1:]):
            inputs = torch.cat([x, given], 1).repeat(2, 1, 1, 1, 1).to(self.dtype)
            velocity = self.dit(inputs, now.repeat(2 * count) * 1000, hidden, mask).float()
            empty, text = velocity.split(count)
            velocity = empty + self.guidance * (text - empty)
            x = x + (then - now) * torch.where(known, (x - given[:, :8]) / now, velocity)
        return x

    @torch.no_grad()
    def given(self, start=None, end=None, frames=17):
        """Conditioning [B, 9, F, h, w] from clips that start and end the new one.

        start, end: [B, 3, T, H, W]; a picture has T = 1, the end of a clip that is gone on
        from T = 5.  Each is encoded as a clip of its own; the ninth channel is the mask.
        """
        start, end = (None if clip is None else self.encode(clip) for clip in (start, end))
        count, _, _, h, w = (end if start is None else start).shape
        out = torch.zeros(count, 9, (frames - 1) // 4 + 1, h, w)
        if start is not None:
            known = start.shape[2]
            out[:, :8, :known], out[:, 8, :known] = start, 1
        if end is not None:
            out[:, :8, -1:], out[:, 8, -1:] = end, 1
        return out

    @torch.no_grad()
    def encode(self, clips):
        """Clips [B, 3, T, H, W] -> latents [B, 8, F, h, w]."""
        return torch.cat([self.vae.encode(clip[None] * 2 - 1) for clip in clips])

    @torch.no_grad()
    def decode(self, latents):
        """Latents [B, 8, F, h, w] -> clips [B, 3, T, H, W]."""
        clips = [self.vae.decode(z[None]) for z in latents]
        return (torch.cat(clips) / 2 + 0.5).clamp(0, 1)

    def clips(self, texts, seeds, start=None, end=None, **settings):
        """Clips [B, 3, T, H, W], between the pictures or clips that are given (see `given`)."""
        if start is not None or end is not None:
            settings["given"] = self.given(start, end, settings.get("frames", 17))
            settings["height"], settings["width"] = (end if start is None else start).shape[3:]
        return self.decode(self.latents(texts, seeds, **settings))

    def pictures(self, texts, seeds, **settings):
        """Single pictures, as clips of one frame [B, 3, 1, H, W]."""
        return self.clips(texts, seeds, frames=1, **settings)

    def loops(self, texts, seeds, **settings):
        """Clips that can be repeated without end: the picture they start from is their end.

        That last frame is dropped, since the first follows it.
        """
        key = self.pictures(texts, seeds, **settings)
        clips = self.clips(texts, seeds, key, key, **settings)
        return joined(clips, end=clips[:, :, :1])[:, :, :-1]

    def extensions(self, texts, seeds, old, **settings):
        """What follows the clips `old`, without the frames that both have in common."""
        overlap = old[:, :, -OVERLAP:]
        new = self.clips(texts, seeds, overlap, **settings)
        return joined(new, overlap)[:, :, OVERLAP:]

    def bridges(self, texts, seeds, before, after, **settings):
        """What leads from the last picture of `before` to the first of `after`.

        Both pictures belong to the old clips already and are dropped.
        """
        start, end = before[:, :, -1:], after[:, :, :1]
        clips = self.clips(texts, seeds, start, end, **settings)
        return joined(clips, start, end)[:, :, 1:-1]
