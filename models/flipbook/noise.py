"""Noise that moves with the camera: what the sampler starts from shows where a clip will move.

With independent noise in every frame a network has to move what it draws by parts of a latent
cell, from words alone; one this small draws every frame in place instead.  Noise that is carried
along with the scene gives the frames a common start that moves already (after Go-with-the-Flow,
arXiv:2501.08331; here the camera's speeds, read from the words, stand for the optical flow).
"""
import torch
from torch import nn

from transformer import FRAME_TIME, HORIZON, MAX_FRAMES, MAX_SIDE, SPEED, pool

OWN = 1.0               # a frame's own noise, beside what all frames that see a place share
FIRST = 0.1875          # seconds by which a latent frame's middle precedes its last picture
FAR, NEAR = .12, .8     # how much of a pan the farthest and the nearest rows follow
SKY, SLOPE = .45, 2.2   # down to SKY rows are far; below they are nearer by SLOPE a height


def places(speeds, frames, rows, columns):
    """What a cell of each frame shows, in cells of the first one, while the camera moves.

    speeds [B, 3]: pan, tilt and growth in fifths a second; frames, rows, columns: 0, 1, ...
    -> across [B, F, h, w], down [B, F, h].
    """
    seconds = (frames * FRAME_TIME - FIRST).clamp(min=0)
    pan, tilt, growth = (speeds.unsqueeze(1) * seconds.reshape(1, -1, 1) * SPEED).split(1, 2)
    height = rows.max() + 1
    v = (rows + 0.5) / height
    depth = (FAR + (v - SKY) * SLOPE).clamp(FAR, NEAR)
    size = (-growth * (.25 + .75 * depth)).exp()
    across = (columns - columns.mean()) / height * size.unsqueeze(-1)
    down = (v - HORIZON) * size + tilt
    return (across + (pan * depth).unsqueeze(-1)) * height, down * height


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
        b, c, f, h, w = noise.shape
        across, down = places(speeds.float(), *(self.index[:n] for n in (f, h, w)))
        # Shares of frame G's cells (the last axis) in those of frame F: [B, F, G, h, w, w] within
        # a row, [B, F, G, h, h] between rows.
        across = across.reshape(b, f, 1, h, w, 1) - across.reshape(b, 1, f, h, 1, w)
        down = down.reshape(b, f, 1, h, 1) - down.reshape(b, 1, f, 1, h)
        across, down = (1 - across.abs()).clamp(min=0), (1 - down.abs()).clamp(min=0)

        moved = torch.matmul(across, noise.permute(0, 2, 3, 4, 1).unsqueeze(1))
        moved = torch.matmul(down, moved.reshape(b, f, f, h, w * c)).sum(2)
        moved = moved.reshape(b, f, h, w, c).permute(0, 4, 1, 2, 3)
        power = torch.matmul(down * down, (across * across).sum(-1)).sum(2)
        power = power.reshape(b, 1, f, h, w) + ((1 + OWN) ** 2 - 1)
        return (moved + OWN * noise) / power.sqrt()

    def forward(self, noise, encoder_hidden_states, encoder_attention_mask):
        return self.carry(noise, self.speeds(pool(encoder_hidden_states, encoder_attention_mask)))
