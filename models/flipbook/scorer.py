"""Scorer: does a clip show what the words say, and is it clean?

It names the attributes (captions.VALUES) that it sees in five frames and those that the words
mention, and compares the two lists; how clean the frames are it reads off the same features.
"""
import torch
import torch.nn.functional as F
from torch import nn

from captions import VALUES
from upscaler import Block, conv, pixels_to_channels

FRAMES = 5
NAMES = [(key, value) for key, values in VALUES.items() for value in values]


def evenly(clip):
    """A clip [3, T, H, W] -> its first, quarter, half, three-quarter and last frame."""
    last = clip.shape[1] - 1
    return clip[:, [(last * i + 2) // 4 for i in range(FRAMES)]]


class Scorer(nn.Module):
    """Five frames and a text's hidden states -> agreement and quality."""

    def __init__(self, c0=48, c1=80, text_dim=192, hidden=128):
        super().__init__()
        self.enter = nn.Sequential(conv(192, c0, 1), nn.ReLU(), Block(c0), nn.ReLU())
        self.merge = nn.Sequential(conv(FRAMES * c0, c1), nn.ReLU(), Block(c1), nn.ReLU())
        self.coarse = nn.Sequential(conv(c1, c1, stride=2), nn.ReLU(), Block(c1), nn.ReLU())
        self.seen, self.said = nn.Linear(4 * c1, len(NAMES)), nn.Linear(text_dim, len(NAMES))
        self.compare = nn.Sequential(nn.Linear(4 * len(NAMES), hidden), nn.ReLU(),
                                     nn.Linear(hidden, 1))
        self.quality = nn.Sequential(nn.Linear(4 * c1, hidden), nn.ReLU(), nn.Linear(hidden, 1))

    def look(self, frames):
        """frames [B, 15, H, W] -> features [B, D]: means and maxima over the picture."""
        b, _, h, w = frames.shape
        x = self.enter(pixels_to_channels(frames.reshape(b * FRAMES, 3, h, w), 8))
        x = self.merge(x.reshape(b, -1, h // 8, w // 8))
        y = self.coarse(x)
        return torch.cat([x.mean((2, 3)), x.amax((2, 3)), y.mean((2, 3)), y.amax((2, 3))], 1)

    def judge(self, features, encoder_hidden_states, encoder_attention_mask):
        """-> agreement [B, 1], quality [B, 1], attributes seen and said [B, len(NAMES)]."""
        mask = encoder_attention_mask.to(encoder_hidden_states.dtype).unsqueeze(-1)
        words = (encoder_hidden_states * mask).sum(1) / mask.sum(1).clamp(min=1.0)
        seen, said = self.seen(features), self.said(words)
        a, b = seen.sigmoid(), said.sigmoid()
        agreement = self.compare(torch.cat([a, b, a * b, b * (1 - a)], 1))
        return agreement, self.quality(features), seen, said

    def forward(self, frames, encoder_hidden_states, encoder_attention_mask):
        """[B, 15, H, W], [B, L, D], [B, L] -> scores [B, 2]: agreement, quality in 0..1."""
        agreement, quality, _, _ = self.judge(
            self.look(frames), encoder_hidden_states, encoder_attention_mask)
        return torch.cat([agreement, quality], 1).sigmoid()
