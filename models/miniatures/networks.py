"""Networks of a few thousand random weights with the signatures of the real ones."""

import math

import torch
from torch import nn


def attend(query, key, value):
    """One head of attention, written out: [B, N, D], [B, M, D] and [B, M, D]."""
    scores = query @ key.transpose(1, 2) / math.sqrt(query.shape[-1])
    return torch.softmax(scores, -1) @ value


def waves(timestep, width):
    """[...] to [..., width]: sines and cosines of a timestep of 0 to 1000."""
    rates = torch.exp(-torch.arange(width // 2) * math.log(1000.0) / (width // 2))
    angles = timestep[..., None] * rates
    return torch.cat([torch.sin(angles), torch.cos(angles)], -1)


class ClipText(nn.Module):
    """A text encoder; kind says which of its values it gives."""

    def __init__(self, size, width, kind, layers=2):
        super().__init__()
        self.kind, self.end = kind, size - 1
        self.words = nn.Embedding(size, width)
        self.places = nn.Parameter(torch.randn(77, width) * 0.3)
        self.layers = nn.ModuleList(nn.Linear(width, 3 * width) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.projection = nn.Linear(width, width, bias=False)

    def forward(self, input_ids):
        ids = input_ids.long()
        hidden = self.words(ids) + self.places
        states = [hidden]
        for layer in self.layers:
            query, key, value = layer(hidden).split(hidden.shape[-1], -1)
            hidden = hidden + torch.tanh(attend(query, key, value))
            states.append(hidden)
        last = self.norm(hidden)
        # The first end of text, whose id is the largest.
        is_end = (ids == self.end).float()
        first = (torch.cumsum(is_end, 1) == 1).float() * is_end
        pooled = (last * first[..., None]).sum(1)
        if self.kind == "last":
            return last, pooled
        if self.kind == "projected":
            return (self.projection(pooled), last, *states)
        return (last, pooled, *states)


class PieceText(nn.Module):
    """A text encoder in the way of T5: ids and, where it has one, a mask."""

    def __init__(self, size, width):
        super().__init__()
        self.words = nn.Embedding(size, width)
        self.layer = nn.Linear(width, 3 * width)
        self.norm = nn.LayerNorm(width)

    def forward(self, input_ids, attention_mask):
        hidden = self.words(input_ids)
        query, key, value = self.layer(hidden).split(hidden.shape[-1], -1)
        scores = query @ key.transpose(1, 2) / math.sqrt(hidden.shape[-1])
        scores = scores + (attention_mask[:, None, :].float() - 1) * 1e4
        return self.norm(hidden + torch.softmax(scores, -1) @ value)


class Unet(nn.Module):
    """A denoiser of pictures: [B, C, h, w]; added is the width of further conditions."""

    def __init__(self, channels, text, width=8, added=0, out=4):
        super().__init__()
        self.width = width
        self.enter = nn.Conv2d(channels, width, 3, padding=1)
        self.time = nn.Linear(width, width)
        self.added = nn.Linear(added, width) if added else None
        self.query, self.key = nn.Linear(width, width), nn.Linear(text, width)
        self.value = nn.Linear(text, width)
        self.leave = nn.Conv2d(width, out, 3, padding=1)

    def body(self, sample, moment, text):
        batch, _, height, width = sample.shape
        hidden = torch.tanh(self.enter(sample) + moment[:, :, None, None])
        tokens = hidden.reshape(batch, self.width, -1).transpose(1, 2)
        tokens = tokens + attend(self.query(tokens), self.key(text), self.value(text))
        hidden = tokens.transpose(1, 2).reshape(batch, self.width, height, width)
        return 3 * self.leave(torch.tanh(hidden))

    def forward(self, sample, timestep, encoder_hidden_states, *conditions):
        moment = self.time(waves(timestep.float().reshape(-1), self.width))
        if self.added:
            text, ids = conditions
            ids = torch.tanh(ids.float() / 64)
            moment = moment + self.added(torch.cat([text, ids], -1))
        return self.body(sample, moment, encoder_hidden_states)


def near(count):
    """[F, F]: how much each frame of a clip takes from each other one."""
    frames = torch.arange(count)
    return torch.softmax(-(frames[:, None] - frames[None]).abs().float(), -1)


class VideoUnet(Unet):
    """The same over clips, [B, F, C, h, w], with three numbers as further conditions."""

    def __init__(self, channels, text):
        super().__init__(channels, text, added=3)

    def forward(self, sample, timestep, encoder_hidden_states, added_time_ids):
        batch, frames, channels, height, width = sample.shape
        moment = self.time(waves(timestep.float().reshape(-1), self.width))
        moment = moment + self.added(torch.tanh(added_time_ids.float() / 64))
        text = encoder_hidden_states.shape[2]
        each = self.body(
            sample.reshape(batch * frames, channels, height, width),
            moment[:, None].expand(batch, frames, self.width).reshape(-1, self.width),
            encoder_hidden_states.expand(batch, frames, text).reshape(-1, 1, text))
        mixed = near(frames) @ torch.tanh(each).reshape(batch, frames, -1)
        return mixed.reshape(batch, frames, -1, height, width)


class Dit(nn.Module):
    """A denoiser of clips: [B, C, F, h, w] in patches of 1x2x2."""

    def __init__(self, channels, text, out, width=16):
        super().__init__()
        self.out, self.width = out, width
        self.enter = nn.Linear(channels * 4, width)
        self.time = nn.Linear(width, width)
        self.own = nn.Linear(width, 3 * width)
        self.query, self.key = nn.Linear(width, width), nn.Linear(text, width)
        self.value = nn.Linear(text, width)
        self.leave = nn.Linear(width, out * 4)

    def forward(self, hidden_states, timestep, encoder_hidden_states):
        batch, channels, frames, height, width = hidden_states.shape
        rows, columns = height // 2, width // 2
        tokens = hidden_states.reshape(batch, channels, frames, rows, 2, columns, 2)
        tokens = tokens.permute(0, 2, 3, 5, 1, 4, 6).reshape(
            batch, frames * rows * columns, channels * 4)
        moment = self.time(waves(timestep.float(), self.width))
        if timestep.dim() == 1:
            moment = moment[:, None]
        tokens = self.mix(self.enter(tokens) + moment, encoder_hidden_states)
        result = self.leave(tokens).reshape(batch, frames, rows, columns, self.out, 2, 2)
        return 2 * result.permute(0, 4, 1, 2, 5, 3, 6).reshape(
            batch, self.out, frames, height, width)

    def mix(self, tokens, text):
        places = torch.arange(tokens.shape[1])[None, :, None] * 0.7
        tokens = torch.tanh(tokens + torch.sin(places))
        query, key, value = self.own(tokens).split(self.width, -1)
        tokens = tokens + attend(query, key, value)
        return tokens + attend(self.query(tokens), self.key(text), self.value(text))


class Ltx(Dit):
    """The same over packed tokens, with the mask, the sizes and the scale of its positions."""

    def __init__(self, channels, text, width=16):
        super().__init__(channels, text, channels, width)
        self.enter = nn.Linear(channels, width)
        self.leave = nn.Linear(width, channels)

    def forward(self, hidden_states, encoder_hidden_states, encoder_attention_mask, timestep,
                num_frames, height, width, rope_interpolation_scale):
        moment = self.time(waves(timestep.float(), self.width))
        size = (num_frames * 0.1 + height * 0.2 + width * 0.3).float()
        scale = rope_interpolation_scale.float().sum() * 0.01
        mask = encoder_attention_mask.float()[..., None]
        text = encoder_hidden_states * mask
        tokens = self.enter(hidden_states) + moment + torch.sin(size) + torch.cos(scale)
        return 2 * self.leave(self.mix(tokens, text))


class PictureEncoder(nn.Module):
    """[B, 3, H, W] to mean and logarithm of the variance, [B, 2C, H/8, W/8]."""

    def __init__(self, channels=4):
        super().__init__()
        self.leave = nn.Conv2d(3, 2 * channels, 8, stride=8)

    def forward(self, sample):
        return 2 * self.leave(sample)


class PictureDecoder(nn.Module):
    """[B, C, h, w] to [B, 3, 8h, 8w]."""

    def __init__(self, channels=4):
        super().__init__()
        self.mix = nn.Conv2d(channels, channels, 3, padding=1)
        self.leave = nn.Conv2d(channels, 192, 1)

    def forward(self, latent_sample):
        hidden = self.leave(torch.tanh(self.mix(latent_sample)))
        return torch.pixel_shuffle(hidden, 8)


class ImageEmbedding(nn.Module):
    """[B, 3, S, S] to [B, D]: what a picture shows."""

    def __init__(self, width):
        super().__init__()
        self.enter, self.leave = nn.Conv2d(3, width, 4, stride=4), nn.Linear(width, width)

    def forward(self, pixel_values):
        return 2 * self.leave(torch.tanh(self.enter(pixel_values)).mean((2, 3)))


class TemporalDecoder(PictureDecoder):
    """[N, C, h, w] of clips with so many frames to [N, 3, 8h, 8w]."""

    def forward(self, latent_sample, num_frames):
        each = super().forward(latent_sample)
        mixed = near(num_frames) @ each.reshape(-1, num_frames, each[0].numel())
        return mixed.reshape(each.shape)


class ClipEncoder(nn.Module):
    """[B, 3, T, H, W] to [B, 2C, F, H/s, W/s]; the first frame stands alone.

    A causal one lets each latent frame see a little of the one before it."""

    def __init__(self, channels, space, time, causal=False):
        super().__init__()
        self.space, self.time, self.causal = space, time, causal
        self.fold = nn.Linear(3 * 16, 2 * channels)

    def forward(self, sample):
        first = sample[:, :, :1].expand(-1, -1, self.time - 1, -1, -1)
        clip = torch.cat([first, sample], 2)
        batch, _, frames, height, width = clip.shape
        part, rows, columns = self.space // 4, height // self.space, width // self.space
        clip = clip.reshape(batch, 3, frames // self.time, self.time, rows, 4, part,
                            columns, 4, part).mean((3, 6, 9))
        clip = clip.permute(0, 2, 3, 5, 1, 4, 6).reshape(
            batch, frames // self.time, rows, columns, 48)
        found = (2 * self.fold(clip)).permute(0, 4, 1, 2, 3)
        if self.causal:
            before = torch.cat([torch.zeros_like(found[:, :, :1]), found[:, :, :-1]], 2)
            found = found + 0.4 * before
        return found


class ClipDecoder(nn.Module):
    """[B, C, F, h, w] to [B, 3, (F - 1) t + 1, s h, s w].

    A causal one sees the two frames before each frame, others one before and one after."""

    def __init__(self, channels, space, time, causal=False):
        super().__init__()
        self.space, self.time, self.causal = space, time, causal
        self.unfold = nn.Linear(channels, 3 * 16)
        self.mix = nn.Conv3d(3, 3, 3, padding=(0 if causal else 1, 1, 1))

    def forward(self, latent_sample, timestep=None):
        batch, _, frames, rows, columns = latent_sample.shape
        part, time = self.space // 4, self.time
        hidden = self.unfold(latent_sample.permute(0, 2, 3, 4, 1))
        hidden = hidden.reshape(batch, frames, 1, rows, columns, 3, 4, 1, 4, 1)
        hidden = hidden.expand(-1, -1, time, -1, -1, -1, -1, part, -1, part)
        hidden = hidden.permute(0, 5, 1, 2, 3, 6, 7, 4, 8, 9).reshape(
            batch, 3, frames * time, rows * self.space, columns * self.space)
        hidden = hidden[:, :, time - 1:]
        if timestep is not None:
            hidden = hidden * torch.cos(timestep.float()).reshape(-1, 1, 1, 1, 1)
        hidden = torch.tanh(hidden)
        if self.causal:
            hidden = torch.cat([torch.zeros_like(hidden[:, :, :1])] * 2 + [hidden], 2)
        return self.mix(hidden) * 2
