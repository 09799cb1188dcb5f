"""Noise that moves with the camera: what the sampler starts from shows where a clip will move.

With independent noise in every frame a network has to move what it draws by parts of a latent
cell, from words alone; one this small draws every frame in place instead.  Noise that is carried
along with the scene gives the frames a common start that moves already (after Go-with-the-Flow,
arXiv:2501.08331; here the camera's speeds, read from the words, stand for the optical flow).
"""
import torch
from torch import nn

from places import Common, places
from transformer import MAX_FRAMES, MAX_SIDE, pool

OWN = 1.0               # a frame's own noise, beside what all frames that see a place share


class NoiseCarrier(nn.Module):
    """Independent noise [B, C, F, h, w] and the words -> noise that moves as they say.

    Each frame becomes the sum of all frames' noise where they show the same place, bilinearly,
    and of its own; divided so that the variance of every value stays 1.
    """

    def __init__(self, speeds):
        super().__init__()
        self.speeds = speeds
        self.register_buffer("index", torch.arange(2 * max(MAX_FRAMES, MAX_SIDE)).float(), False)

    def carry(self, noise, speeds):
        """As forward; speeds [B, 3] as in `places`."""
        common = Common(*places(speeds.float(), *(self.index[:n] for n in noise.shape[2:])))
        power = common.total(2) + ((1 + OWN) ** 2 - 1)
        return (common.sum(noise) + OWN * noise) / power.sqrt()

    def forward(self, noise, encoder_hidden_states, encoder_attention_mask):
        return self.carry(noise, self.speeds(pool(encoder_hidden_states, encoder_attention_mask)))
