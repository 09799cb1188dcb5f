"""Text encoder: a small bidirectional transformer over byte-pair tokens."""
import torch
import torch.nn.functional as F
from torch import nn

from kernels import Attend, fast

LENGTH, VOCABULARY = 48, 2048


def attention(q, k, v, heads, bias=None):
    """q [B, N, D], k and v [B, M, D], bias [B, 1, 1, M] -> [B, N, D]."""
    b, n, d = q.shape
    q = q.reshape(b, n, heads, d // heads).transpose(1, 2)
    k = k.reshape(b, -1, heads, d // heads).permute(0, 2, 3, 1)
    v = v.reshape(b, -1, heads, d // heads).transpose(1, 2)
    scores, scale = torch.matmul(q, k), (d // heads) ** -0.5
    if fast(scores):
        shares = Attend.apply(scores, bias, scale)
    else:
        scores = scores * scale
        shares = (scores if bias is None else scores + bias.to(scores.dtype)).softmax(-1)
    return torch.matmul(shares, v).transpose(1, 2).reshape(b, n, d)


def mask_bias(mask):
    """Attention mask [B, L] of 0 and 1 -> additive bias [B, 1, 1, L]."""
    return ((1.0 - mask.float()) * -1e4).unsqueeze(1).unsqueeze(1)


class TextBlock(nn.Module):
    """Pre-norm self-attention and MLP over [B, L, D]."""

    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.qkv, self.out = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.up, self.down = nn.Linear(dim, 3 * dim), nn.Linear(3 * dim, dim)

    def forward(self, x, bias):
        q, k, v = self.qkv(self.norm1(x)).split(x.shape[-1], -1)
        x = x + self.out(attention(q, k, v, self.heads, bias))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class TextEncoder(nn.Module):
    """input_ids and attention_mask [B, L] (L <= 48) -> last_hidden_state [B, L, D]."""

    def __init__(self, dim=192, layers=3, heads=3):
        super().__init__()
        self.dim = dim
        self.tokens = nn.Embedding(VOCABULARY, dim)
        self.places = nn.Parameter(torch.randn(1, LENGTH, dim) * 0.02)
        nn.init.normal_(self.tokens.weight, std=0.02)
        self.blocks = nn.ModuleList(TextBlock(dim, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(dim)

    def forward(self, input_ids, attention_mask):
        x = self.tokens(input_ids) + self.places[:, :input_ids.shape[1]]
        bias = mask_bias(attention_mask)
        for block in self.blocks:
            x = block(x, bias)
        return self.norm(x)
