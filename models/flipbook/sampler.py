"""Draws clips from text: Euler steps along the rectified flow with classifier-free guidance."""
import os

import torch

from export import load
from text_encoder import LENGTH
from tokenizer import Tokenizer


def sigmas(steps, shift=3.0):
    """The noise levels of FlowMatchEulerDiscreteScheduler, from 1 down to 0."""
    lowest = shift * 0.001 / (1 + (shift - 1) * 0.001)
    plain = torch.linspace(1.0, lowest, steps)
    return torch.cat([shift * plain / (1 + (shift - 1) * plain), torch.zeros(1)])


class Sampler:
    """Holds the three models and the tokenizer."""

    def __init__(self, work, package):
        self.vae, self.text, self.dit = load(work)
        self.tokenizer = Tokenizer(os.path.join(package, "tokenizer", "tokenizer.json"))

    def words(self, texts):
        ids, mask = map(torch.tensor, self.tokenizer.batch(texts, LENGTH))
        return self.text(ids, mask), mask

    @torch.no_grad()
    def latents(self, texts, seed=0, frames=17, height=96, width=160, steps=16, guidance=2.0,
                given=None):
        """Texts -> latents [B, 8, F, h, w].  given: conditioning and mask [B, 9, F, h, w]."""
        count, rng = len(texts), torch.Generator().manual_seed(seed)
        shape = (count, 8, (frames - 1) // 4 + 1, height // 8, width // 8)
        x = torch.randn(*shape, generator=rng)
        extra = torch.zeros(count, 9, *shape[2:]) if given is None else given
        hidden, mask = self.words(list(texts) + [""] * count)
        levels = sigmas(steps)
        for now, then in zip(levels, levels[1:]):
            inputs = torch.cat([x, extra], 1).repeat(2, 1, 1, 1, 1)
            velocity = self.dit(inputs, now.repeat(2 * count) * 1000, hidden, mask)
            with_text, without = velocity.split(count)
            x = x + (then - now) * (without + guidance * (with_text - without))
        return x

    @torch.no_grad()
    def decode(self, latents):
        """Latents -> clips [B, 3, T, H, W] in [0, 1]."""
        clips = [self.vae.decode(z[None]) for z in latents]
        return (torch.cat(clips) / 2 + 0.5).clamp(0, 1)
