"""Wan with a VAE as two graphs: one for the first latent frame, one for each next.

What is rendered here goes through the VAE whole; that the pieces come to the same is the point.
"""

import torch
from torch import nn

from clips import CLIP, REQUEST, Wan
from export import moving
from networks import ClipDecoder


def padded(frames):
    """Two empty frames before others, as a causal network sees the beginning of a clip."""
    return torch.cat([torch.zeros_like(frames[:, :, :1])] * 2 + [frames], 2)


class CausalDecoder(ClipDecoder):
    """A decoder that looks back among latent frames too, and so has two layers that remember."""

    def __init__(self, channels, space, time, causal):
        super().__init__(channels, space, time, causal)
        self.early = nn.Conv3d(channels, channels, (3, 1, 1))
        self.late = self.mix
        # What the base does up to its own last layer, which is done here.
        self.mix = nn.Identity()

    def pixels(self, seen):
        """Latent frames with the two before them, to frames that are not yet mixed."""
        hidden = seen[:, :, 2:] + 0.7 * torch.tanh(self.early(seen))
        return super().forward(hidden)[:, :, 2:] / 2

    def forward(self, latent_sample):
        return self.late(padded(self.pixels(padded(latent_sample)))) * 2


class DecoderFirst(nn.Module):
    def __init__(self, whole):
        super().__init__()
        self.whole = whole

    def forward(self, latent_sample):
        seen = padded(latent_sample)
        frames = padded(self.whole.pixels(seen))
        return self.whole.late(frames) * 2, seen[:, :, -2:], frames[:, :, -2:]


class DecoderNext(DecoderFirst):
    def forward(self, latent_sample, latents, pixels):
        seen = torch.cat([latents, latent_sample], 2)
        # The first of these is but one frame of the latent frame before, as the base begins.
        made = self.whole.pixels(torch.cat([torch.zeros_like(seen[:, :, :1]), seen], 2))[:, :, 1:]
        frames = torch.cat([pixels, made], 2)
        return self.whole.late(frames) * 2, seen[:, :, -2:], frames[:, :, -2:]


class EncoderFirst(nn.Module):
    def __init__(self, whole):
        super().__init__()
        self.whole = whole

    def forward(self, sample):
        found = self.whole(sample)
        return found, found[:, :, -1:]


class EncoderNext(EncoderFirst):
    def forward(self, sample, past):
        # The base repeats the first frame that it is given; behind one more, the rest is whole.
        clip = torch.cat([sample[:, :, :1], sample], 2)
        before = self.whole(clip[:, :, :1])
        alone = self.whole(clip)[:, :, 1:] - 0.4 * before
        return alone + 0.4 * past, alone


class StreamedWan(Wan):
    def autoencoder(self, config, side):
        self.package.json("vae_decoder/config.json", config)
        latents = torch.randn(1, self.latents, 1, 2, 2)
        self.pair("vae_decoder", DecoderFirst, DecoderNext, self.decoder,
                  "latent_sample", [latents, latents], "sample", 2)
        self.pair("vae_encoder", EncoderFirst, EncoderNext, self.encoder, "sample",
                  [torch.randn(1, 3, 1, side, side), torch.randn(1, 3, 4, side, side)],
                  "latent_parameters", 1)

    def pair(self, component, first, next_, network, given, values, output, count):
        past, present = ([f"{name}.{i}" for i in range(count)] for name in ("past", "present"))
        axes = {name: CLIP for name in [given, output, *past, *present]}
        outputs, head, tail = [output, *present], first(network), next_(network)
        self.package.graph(f"{component}_first", head, {given: values[0]}, outputs,
                           {name: axes[name] for name in [given, *outputs]}, {})
        left = head(values[0])[1:]
        self.package.graph(f"{component}_next", tail,
                           {given: values[1], **dict(zip(past, left))}, outputs, axes, {})


def streamed(decode, encode, wan, clip, latents):
    """Both halves piece by piece, to be sure that they are what the whole is."""
    frames, *state = decode[0](latents[:, :, :1])
    made = [frames]
    for i in range(1, latents.shape[2]):
        frames, *state = decode[1](latents[:, :, i:i + 1], *state)
        made.append(frames)
    assert torch.allclose(torch.cat(made, 2), wan.decoder(latents), atol=1e-5)
    found, *state = encode[0](clip[:, :, :1])
    made = [found]
    for i in range(1, clip.shape[2], 4):
        found, *state = encode[1](clip[:, :, i:i + 4], *state)
        made.append(found)
    assert torch.allclose(torch.cat(made, 2), wan.encoder(clip), atol=1e-5)


def wan_stream(folder):
    wan = StreamedWan(folder, 29, 16, most=33, causal=True, decoder=CausalDecoder)
    wan.transformers(16)
    decode = DecoderFirst(wan.decoder), DecoderNext(wan.decoder)
    encode = EncoderFirst(wan.encoder), EncoderNext(wan.encoder)
    streamed(decode, encode, wan, moving(32, 32, 17, 3), torch.randn(1, 16, 5, 4, 4))
    request = {**REQUEST, "frames": 17, "steps": 4}
    wan.package.clip("words", request, wan.render(request), stride=101)
    request = {**request, "source": 17, "strength": 0.5}
    clip = wan.render(request, source=moving(32, 64, 17, 17))
    wan.package.clip("remake", request, clip, stride=101)
    request = {**REQUEST, "frames": 1, "steps": 2}
    wan.package.clip("still", request, wan.render(request))
    wan.package.finish()
