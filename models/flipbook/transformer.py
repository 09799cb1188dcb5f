"""Diffusion transformer: predicts the rectified-flow velocity of video latents.

The 17 input channels are 8 noisy latent channels, 8 channels of given latents (zero where
nothing is given) and one mask channel (1 where a latent frame is given).
"""
import math

import torch
import torch.nn.functional as F
from torch import nn

from kernels import HeadNorm as FastHeadNorm, fast, gated, modulated, silu
from places import FRAME_TIME, HORIZON, SPEED, Common, places
from text_encoder import attention, mask_bias

MAX_FRAMES, MAX_SIDE = 16, 16      # latent frames; patches along a side (16 pixels each)
DEPTHS, WAVES = (.2, .5, .9), (.5, 1.0, 2.0, 4.0)   # of the scene; per picture height


def sinusoid(count, dim):
    """Table [count, dim] of sines and cosines."""
    angle = torch.arange(count).float()[:, None]
    angle = angle * torch.exp(-math.log(200.0) * torch.arange(dim // 2).float() / (dim // 2))
    return torch.cat([angle.sin(), angle.cos()], 1)


class PlainNorm(nn.Module):
    """Layer norm over the last axis without learned scale (constants keep the export valid)."""

    def __init__(self, dim):
        super().__init__()
        self.register_buffer("one", torch.ones(dim))
        self.register_buffer("zero", torch.zeros(dim))

    def forward(self, x):
        return F.layer_norm(x, (self.one.shape[0],), self.one, self.zero, 1e-6)


class HeadNorm(nn.Module):
    """Root-mean-square norm of queries or keys [B, N, D] inside each head."""

    def __init__(self, dim, heads):
        super().__init__()
        self.heads, self.size = heads, dim // heads
        self.gain = nn.Parameter(torch.ones(self.size))

    def forward(self, x):
        if fast(x):
            return FastHeadNorm.apply(x, self.gain, self.heads)
        b, n, d = x.shape
        x = x.reshape(b, n, self.heads, self.size)
        x = x * torch.rsqrt((x * x).mean(-1, keepdim=True) + 1e-6) * self.gain
        return x.reshape(b, n, d)


class DiTBlock(nn.Module):
    """Self-attention, cross-attention to the text, MLP; x [B, N, D], text [B, L, D]."""

    def __init__(self, dim, heads):
        super().__init__()
        self.heads, self.dim = heads, dim
        self.table = nn.Parameter(torch.zeros(1, 6, dim))
        self.norm1, self.norm2, self.norm3 = PlainNorm(dim), PlainNorm(dim), PlainNorm(dim)
        self.qkv, self.out = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.q_norm, self.k_norm = HeadNorm(dim, heads), HeadNorm(dim, heads)
        self.cross_q, self.cross_kv = nn.Linear(dim, dim), nn.Linear(dim, 2 * dim)
        self.cross_out = nn.Linear(dim, dim)
        self.up, self.down = nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)
        nn.init.zeros_(self.cross_out.weight)
        nn.init.zeros_(self.cross_out.bias)

    def forward(self, x, text, bias, modulation):
        """modulation [B, 6, D]: shift, scale and gate of attention, then of the MLP."""
        shift, scale, gate, shift2, scale2, gate2 = (modulation + self.table).split(1, 1)
        h = modulated(self.norm1, x, scale, shift)
        q, k, v = self.qkv(h).split(self.dim, -1)
        x = gated(x, self.out(attention(self.q_norm(q), self.k_norm(k), v, self.heads)), gate)
        k, v = self.cross_kv(text).split(self.dim, -1)
        q = self.cross_q(modulated(self.norm2, x))
        x = x + self.cross_out(attention(q, k, v, self.heads, bias))
        h = modulated(self.norm3, x, scale2, shift2)
        return gated(x, self.down(silu(self.up(h))), gate2)


def pool(hidden, mask):
    """Mean of the hidden states [B, L, D] where mask [B, L] is 1 -> [B, D]."""
    mask = mask.to(hidden.dtype).unsqueeze(-1)
    return (hidden * mask).sum(1) / mask.sum(1).clamp(min=1.0)


class SceneCoordinates(nn.Module):
    """Tells every patch which place of the scene it shows while the camera moves.

    The words say how the camera moves; from that follows, for ground at some depths, what a
    patch of a later frame shows in coordinates of the first one.  Without it a network this
    small learns still pictures long before it learns that words can move them.
    """

    def __init__(self, dim, text_dim):
        super().__init__()
        count = 2 * len(DEPTHS) * len(WAVES)
        self.speeds = nn.Linear(text_dim, 3)
        self.columns, self.rows = nn.Linear(count, dim), nn.Linear(count, dim)
        self.shift = nn.Linear(3, dim)
        for part in (self.columns, self.rows, self.shift):
            nn.init.zeros_(part.weight)
            nn.init.zeros_(part.bias)
        self.register_buffer("index", torch.arange(max(MAX_FRAMES, MAX_SIDE)).float(), False)
        self.register_buffer("depths", torch.tensor(DEPTHS), False)
        self.register_buffer("waves", torch.tensor(WAVES), False)

    def waved(self, x, dtype):
        """Coordinates [B, F, D, N] -> [B, F, N, 2 D K] sines and cosines."""
        x = x.permute(0, 1, 3, 2).unsqueeze(-1) * self.waves.float() * (2 * math.pi)
        return torch.cat([x.sin(), x.cos()], -1).flatten(3).to(dtype)

    def forward(self, pooled, frames, rows, columns):
        """Pooled text [B, D] and the grid's size -> [B, F, rows, columns, D] to be added.

        And the speeds [B, 3] that the words tell: pan, tilt and growth in units of SPEED.
        """
        index, depths = self.index.float(), self.depths.float().reshape(1, 1, -1)
        speeds = self.speeds(pooled).detach()
        seconds = index[:frames].reshape(1, -1, 1) * FRAME_TIME
        moved = speeds.float().unsqueeze(1) * seconds * SPEED
        pan, tilt, growth = moved.split(1, 2)
        size = (-growth * depths).exp().unsqueeze(-1)
        across, down = index[:columns], index[:rows]
        height = down.max() + 1
        x = (across - across.mean()) / height * size + (pan * depths).unsqueeze(-1)
        y = ((down + 0.5) / height - HORIZON) * size + tilt.unsqueeze(-1)
        return (self.columns(self.waved(x, pooled.dtype)).unsqueeze(2)
                + self.rows(self.waved(y, pooled.dtype)).unsqueeze(3)
                + self.shift(moved.to(pooled.dtype)).unsqueeze(2).unsqueeze(2)), speeds


def patches(x):
    """[B, C, F, h, w] -> [B, F, h / 2, w / 2, 4 C]"""
    b, c, f, h, w = x.shape
    x = x.reshape(b, c, f, h // 2, 2, w // 2, 2)
    return x.permute(0, 2, 3, 5, 1, 4, 6).reshape(b, f, h // 2, w // 2, c * 4)


def cells(x):
    """[B, F, rows, columns, 4 C] -> [B, C, F, 2 rows, 2 columns], undoes `patches`."""
    b, f, rows, columns, c = x.shape
    x = x.reshape(b, f, rows, columns, c // 4, 2, 2).permute(0, 4, 1, 2, 5, 3, 6)
    return x.reshape(b, c // 4, f, rows * 2, columns * 2)


def moving(x, speeds, index):
    """What frames have in common while the camera moves at these speeds [B, 3].

    x [B, 8, F, h, w]: noisy latents -> [B, 12, F, h, w]: the mean of what all frames have of a
    cell's place, and how far the cell has moved, as sines and cosines of whole cells; and what
    brings frames together.
    """
    b, _, f, h, w = x.shape
    across, down = places(speeds.float(), *(index.float()[:n] for n in (f, h, w)))
    common = Common(across, down)
    moved = [(across - across[:, :1]).unsqueeze(1),
             (down - down[:, :1]).reshape(b, 1, f, h, 1).expand(b, 1, f, h, w)]
    turn = 2 * math.pi * torch.cat(moved, 1)
    return torch.cat([common.mean(x), turn.sin().to(x.dtype), turn.cos().to(x.dtype)], 1), common


class DiT(nn.Module):
    """Velocity model with dynamic latent frames F, height h and width w (h, w even).

    A camera moves what it shows mostly by parts of a patch, and to draw a thing again a part of a
    patch further is more than a network this small learns.  So every patch is also shown what all
    frames have of its places (`shared_patch`), and a part of the velocity is averaged over the
    frames in the same way (`shared_head`): it moves by itself.
    """

    def __init__(self, dim=192, layers=8, heads=3, text_dim=192):
        super().__init__()
        self.dim, self.layers = dim, layers
        self.patch = nn.Linear(17 * 4, dim)
        self.time_places = nn.Parameter(sinusoid(MAX_FRAMES, dim) * 0.5)
        self.row_places = nn.Parameter(sinusoid(MAX_SIDE, dim) * 0.5)
        self.column_places = nn.Parameter(sinusoid(MAX_SIDE, dim).flip(1) * 0.5)
        self.scene, self.shared_patch = SceneCoordinates(dim, text_dim), nn.Linear(12 * 4, dim)
        # Exact in bfloat16, in which the network is trained: else the clock would run otherwise
        # in the exported graph.
        rates = torch.exp(-math.log(10000.0) * torch.arange(64).float() / 64)
        self.register_buffer("rates", rates.bfloat16().float(), False)
        self.clock = nn.Sequential(nn.Linear(128, dim), nn.SiLU(), nn.Linear(dim, dim))
        self.words = nn.Linear(text_dim, dim)
        self.gist = nn.Linear(text_dim, dim)
        self.modulate = nn.Sequential(nn.SiLU(), nn.Linear(dim, 6 * dim))
        self.blocks = nn.ModuleList(DiTBlock(dim, heads) for _ in range(layers))
        self.norm = PlainNorm(dim)
        self.table = nn.Parameter(torch.zeros(1, 2, dim))
        self.head, self.shared_head = nn.Linear(dim, 8 * 4), nn.Linear(dim, 8 * 4)
        self.register_buffer("index", torch.arange(2 * max(MAX_FRAMES, MAX_SIDE)).float(), False)
        for zero in (self.modulate[1], self.shared_patch, self.head, self.shared_head):
            nn.init.zeros_(zero.weight)
            nn.init.zeros_(zero.bias)

    def forward(self, hidden_states, timestep, encoder_hidden_states, encoder_attention_mask):
        """[B, 17, F, h, w], [B] in 0..1000, [B, L, D], [B, L] -> velocity [B, 8, F, h, w].

        The timestep must be float32; the rest may be of the weights' own precision.
        """
        b, _, f, h, w = hidden_states.shape
        rows, columns = h // 2, w // 2
        pooled = pool(encoder_hidden_states, encoder_attention_mask)
        coordinates, speeds = self.scene(pooled, f, rows, columns)
        shared, common = moving(hidden_states[:, :8], speeds, self.index)
        x = (self.patch(patches(hidden_states)) + self.shared_patch(patches(shared)) + coordinates
             + self.time_places[:f].reshape(1, f, 1, 1, self.dim)
             + self.row_places[:rows].reshape(1, 1, rows, 1, self.dim)
             + self.column_places[:columns].reshape(1, 1, 1, columns, self.dim))
        x = x.reshape(b, f * rows * columns, self.dim)

        angle = timestep.unsqueeze(1) * self.rates.float().unsqueeze(0)
        beat = torch.cat([angle.sin(), angle.cos()], 1).to(hidden_states.dtype)
        signal = self.clock(beat) + self.gist(pooled)
        modulation = self.modulate(signal).reshape(b, 6, self.dim)
        text, bias = self.words(encoder_hidden_states), mask_bias(encoder_attention_mask)
        for block in self.blocks:
            x = block(x, text, bias, modulation)

        shift, scale = (self.table + signal.unsqueeze(1)).split(1, 1)
        x = modulated(self.norm, x, scale, shift).reshape(b, f, rows, columns, self.dim)
        return cells(self.head(x)) + common.mean(cells(self.shared_head(x)))
