"""Causal video autoencoder: 8x8 in space, 4x in time, eight latent channels.

Shapes: clip [B, 3, T, H, W] in [-1, 1] with T = 4k + 1; latent [B, 8, F, h, w] with
F = k + 1, h = H / 8, w = W / 8.  Every temporal convolution looks only at the past, so the
first latent frame is the encoding of the first picture alone.
"""
import torch
import torch.nn.functional as F
from torch import nn

LATENT = 8


class RmsNorm(nn.Module):
    """Normalises [B, C, T, H, W] over the channels."""

    def __init__(self, channels):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(1, channels, 1, 1, 1))

    def forward(self, x):
        return x * torch.rsqrt((x * x).mean(1, keepdim=True) + 1e-6) * self.gain


class TimeConv(nn.Module):
    """Causal convolution over three frames, the first frame repeated as padding."""

    def __init__(self, inner, outer, stride=1):
        super().__init__()
        self.conv = nn.Conv3d(inner, outer, (3, 1, 1), stride=(stride, 1, 1))

    def forward(self, x):
        first = x[:, :, :1]
        return self.conv(torch.cat([first, first, x], 2))


def space_conv(inner, outer, stride=1):
    """A 3x3 convolution inside each frame."""
    return nn.Conv3d(inner, outer, (1, 3, 3), stride=(1, stride, stride), padding=(0, 1, 1))


class Block(nn.Module):
    """Residual block: spatial, then temporal convolution; [B, C, T, H, W] unchanged."""

    def __init__(self, channels):
        super().__init__()
        self.norm1, self.norm2 = RmsNorm(channels), RmsNorm(channels)
        self.space = space_conv(channels, channels)
        self.time = TimeConv(channels, channels)
        nn.init.zeros_(self.time.conv.weight)
        nn.init.zeros_(self.time.conv.bias)

    def forward(self, x):
        h = self.space(F.silu(self.norm1(x)))
        return x + self.time(F.silu(self.norm2(h)))


def space_to_depth(x, n):
    """[B, C, T, H, W] -> [B, C n n, T, H / n, W / n]."""
    b, c, t, h, w = x.shape
    x = x.reshape(b, c, t, h // n, n, w // n, n).permute(0, 1, 4, 6, 2, 3, 5)
    return x.reshape(b, c * n * n, t, h // n, w // n)


def depth_to_space(x, n):
    """[B, C n n, T, H, W] -> [B, C, T, H n, W n]."""
    b, c, t, h, w = x.shape
    x = x.reshape(b, c // (n * n), n, n, t, h, w).permute(0, 1, 4, 5, 2, 6, 3)
    return x.reshape(b, c // (n * n), t, h * n, w * n)


class SpaceDown(nn.Module):
    """Halves height and width; the shortcut passes the pixels of the first channels."""

    def __init__(self, inner, outer):
        super().__init__()
        self.conv, self.outer = space_conv(inner, outer, stride=2), outer

    def forward(self, x):
        return self.conv(x) + space_to_depth(x, 2)[:, :self.outer]


class TimeDown(nn.Module):
    """[B, C, 2T - 1, H, W] -> [B, C, T, H, W]; the shortcut averages pairs of frames."""

    def __init__(self, channels):
        super().__init__()
        self.conv = TimeConv(channels, channels, stride=2)

    def forward(self, x):
        b, c, t, h, w = x.shape
        pairs = torch.cat([x[:, :, :1], x], 2).reshape(b, c, (t + 1) // 2, 2, h, w)
        return self.conv(x) + pairs.mean(3)


class TimeUp(nn.Module):
    """Doubles the frames and drops the first: [B, C, T, H, W] -> [B, C, 2T - 1, H, W]."""

    def __init__(self, channels):
        super().__init__()
        self.conv = TimeConv(channels, 2 * channels)

    def forward(self, x):
        b, c, t, h, w = x.shape
        y = self.conv(x).reshape(b, 2, c, t, h, w) + x.unsqueeze(1)
        return y.permute(0, 2, 3, 1, 4, 5).reshape(b, c, 2 * t, h, w)[:, :, 1:]


class SpaceUp(nn.Module):
    """Doubles height and width; the shortcut repeats channels."""

    def __init__(self, inner, outer):
        super().__init__()
        self.conv, self.outer = space_conv(inner, 4 * outer), outer

    def forward(self, x):
        short = x[:, :self.outer]
        b, c, t, h, w = short.shape
        short = short.unsqueeze(2).expand(b, c, 4, t, h, w).reshape(b, 4 * c, t, h, w)
        return depth_to_space(self.conv(x) + short, 2)


class Encoder(nn.Module):
    """Clip [B, 3, T, H, W] -> mean ++ logvar [B, 16, F, h, w]."""

    def __init__(self, c0=48, c1=128):
        super().__init__()
        self.enter = space_conv(48, c0)
        self.net = nn.Sequential(
            Block(c0), SpaceDown(c0, c1), TimeDown(c1), Block(c1),
            TimeDown(c1), Block(c1), Block(c1), RmsNorm(c1), nn.SiLU())
        self.leave = space_conv(c1, 2 * LATENT)
        nn.init.constant_(self.leave.bias[LATENT:].data, -5.0)

    def forward(self, sample):
        return self.leave(self.net(self.enter(space_to_depth(sample, 4))))


class Decoder(nn.Module):
    """Latent [B, 8, F, h, w] -> clip [B, 3, 4(F - 1) + 1, 8h, 8w]."""

    def __init__(self, c0=48, c1=128):
        super().__init__()
        self.enter = space_conv(LATENT, c1)
        self.net = nn.Sequential(
            Block(c1), Block(c1), TimeUp(c1), Block(c1), TimeUp(c1), Block(c1),
            SpaceUp(c1, c0), Block(c0), Block(c0), RmsNorm(c0), nn.SiLU())
        self.leave = space_conv(c0, 48)

    def forward(self, latent):
        return depth_to_space(self.leave(self.net(self.enter(latent))), 4)


class Vae(nn.Module):
    """Encoder and decoder with the latent statistics that the transformer works in."""

    def __init__(self, c0=48, c1=128):
        super().__init__()
        self.encoder, self.decoder = Encoder(c0, c1), Decoder(c0, c1)
        self.register_buffer("mean", torch.zeros(1, LATENT, 1, 1, 1))
        self.register_buffer("std", torch.ones(1, LATENT, 1, 1, 1))

    def encode(self, clip):
        """Clip [B, 3, T, H, W] -> normalised latent [B, 8, F, h, w] (the mean)."""
        return (self.encoder(clip)[:, :LATENT] - self.mean) / self.std

    def decode(self, latent):
        """Normalised latent [B, 8, F, h, w] -> clip [B, 3, T, H, W]."""
        return self.decoder(latent * self.std + self.mean)

    def forward(self, clip):
        """Training pass: returns the reconstruction, the mean and the log variance."""
        params = self.encoder(clip)
        mean, logvar = params[:, :LATENT], params[:, LATENT:].clamp(-12, 6)
        noise = torch.randn_like(mean)
        return self.decoder(mean + noise * (0.5 * logvar).exp()), mean, logvar
