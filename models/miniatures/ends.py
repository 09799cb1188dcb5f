"""LTX-Video 0.9.5: pictures at either end of a clip, as conditions, and its loop by hand."""

import numpy
import torch
from torch import nn

from clips import CLIP, WIDTH, manifest, of_channels
from export import Package, moving, pattern
from networks import ClipDecoder, ClipEncoder, PieceText, attend, waves
from pictures import guided, random, sample
from reuse import Reuse
from samplers import FlowEuler, first_step
from words import Pieces

CHANNELS, RATE, ROUGHNESS = 16, 25, 0.3
TOKENS = ("batch", "tokens", "channels")


class LinearQuadratic(FlowEuler):
    """Sigmas that fall by 0.025 over half of the steps, then along a parabola to 0."""

    def __init__(self, steps, begin=0, loss=0.025):
        half = steps // 2
        sigmas = numpy.ones(steps)
        if half:
            line = loss / half * numpy.arange(half)
            rows = [[half ** 2, half, 1], [2 * half, 1, 0], [steps ** 2, steps, 1]]
            parabola = numpy.linalg.solve(rows, [loss, loss / half, 1])
            sigmas = 1 - numpy.concatenate(
                [line, numpy.polyval(parabola, numpy.arange(half, steps))])
        self.sigmas, self.call = [*sigmas[begin:], 0.0], 0
        self.timesteps = [1000 * sigma for sigma in sigmas[begin:]]


class PlacedDit(nn.Module):
    """A denoiser of packed tokens that is told where each of them is."""

    def __init__(self, channels, text, width=16):
        super().__init__()
        self.width = width
        self.enter, self.leave = nn.Linear(channels, width), nn.Linear(width, channels)
        self.time, self.place = nn.Linear(width, width), nn.Linear(3, width)
        self.own = nn.Linear(width, 3 * width)
        self.query, self.key = nn.Linear(width, width), nn.Linear(text, width)
        self.value = nn.Linear(text, width)

    def forward(self, hidden_states, encoder_hidden_states, encoder_attention_mask, timestep,
                video_coords):
        places = video_coords.transpose(1, 2) * torch.tensor([6.0, 0.05, 0.04])
        tokens = self.enter(hidden_states) + torch.sin(3 * self.place(places))
        tokens = torch.tanh(tokens + self.time(waves(timestep.float(), self.width)))
        query, key, value = self.own(tokens).split(self.width, -1)
        tokens = tokens + attend(2 * query, key, value)
        text = encoder_hidden_states * encoder_attention_mask.float()[..., None]
        return 2 * self.leave(tokens + attend(self.query(tokens), self.key(text), self.value(text)))


def packed(latents):
    return latents.flatten(2).transpose(1, 2)


def coordinates(frames, rows, columns, at=0):
    """[1, 3, S]: seconds, and pixels down and across; a latent frame is where it begins."""
    first = (torch.arange(frames) * 8 - 7).clamp(min=0) + at
    grid = torch.meshgrid(first / RATE, torch.arange(rows) * 32.0, torch.arange(columns) * 32.0,
                          indexing="ij")
    return torch.stack(grid).reshape(1, 3, -1)


class Ends:
    """A package, and its pipeline."""

    def __init__(self, folder):
        self.package = Package(folder, "LTXConditionPipeline", {
            "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
            "transformer": ["diffusers", "LTXVideoTransformer3DModel"],
            "image_cond_noise_scale": ROUGHNESS})
        self.package.json("manifest.json", manifest(
            "tiny-ltx-ends", 64, 96,
            ["text-to-video", "start-frame", "end-frame", "start-and-end-frame"],
            {"multiple": 8, "offset": 1, "minimum": 1, "maximum": 17}, f"{RATE}/1", "euler", 3.0))
        self.package.json("scheduler/scheduler_config.json", {
            "_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000,
            "shift": 1.0, "use_dynamic_shifting": False, "shift_terminal": None})
        self.tokenizer = Pieces(128)
        self.tokenizer.write(folder / "tokenizer")
        self.text, self.encoder, self.decoder, self.network = random(
            33, lambda: PieceText(self.tokenizer.size, WIDTH),
            lambda: ClipEncoder(CHANNELS, 32, 8), lambda: ClipDecoder(CHANNELS, 32, 8),
            lambda: PlacedDit(CHANNELS, WIDTH))
        mean = [0.05 * i for i in range(CHANNELS)]
        spread = [1 + 0.02 * i for i in range(CHANNELS)]
        self.mean, self.spread = of_channels(mean), of_channels(spread)
        self.graphs({
            "_class_name": "AutoencoderKLLTXVideo", "latent_channels": CHANNELS,
            "latents_mean_data": mean, "latents_std_data": spread, "scaling_factor": 1.0,
            "spatial_compression_ratio": 32, "temporal_compression_ratio": 8,
            "block_out_channels": [8], "timestep_conditioning": True})

    def graphs(self, config):
        names = ["input_ids", "attention_mask", "last_hidden_state"]
        ids, count = self.tokenizer.encode("a red ball")
        self.package.graph("text_encoder", self.text, {
            "input_ids": torch.tensor([ids]),
            "attention_mask": (torch.arange(128)[None] < count).long()},
            names[2:], {name: ("batch",) for name in names}, {"d_model": WIDTH})
        self.package.graph("transformer", self.network, {
            "hidden_states": torch.randn(2, 12, CHANNELS),
            "encoder_hidden_states": torch.randn(2, 128, WIDTH),
            "encoder_attention_mask": torch.ones(2, 128, dtype=torch.int64),
            "timestep": torch.full((2, 12), 400.0),
            "video_coords": coordinates(3, 2, 2).repeat(2, 1, 1)}, ["out_sample"],
            {"hidden_states": TOKENS, "encoder_hidden_states": ("batch",), "out_sample": TOKENS,
             "encoder_attention_mask": ("batch",), "timestep": ("batch", "tokens"),
             "video_coords": ("batch", "axes", "tokens")},
            {"_class_name": "LTXVideoTransformer3DModel", "in_channels": CHANNELS,
             "num_attention_heads": 1, "attention_head_dim": 16, "caption_channels": WIDTH})
        self.package.graph(
            "vae_encoder", self.encoder, {"sample": torch.randn(1, 3, 1, 32, 64)},
            ["latent_parameters"], {"sample": CLIP, "latent_parameters": CLIP}, config)
        self.package.graph("vae_decoder", self.decoder, {
            "latent_sample": torch.randn(1, CHANNELS, 2, 1, 1), "timestep": torch.zeros(1)},
            ["sample"], {"sample": CLIP, "latent_sample": CLIP, "timestep": ("batch",)}, config)

    def encode(self, prompt):
        ids, count = self.tokenizer.encode(prompt)
        mask = (torch.arange(128)[None] < count).long()
        return self.text(torch.tensor([ids]), mask), mask

    def render(self, request, start=None, end=None, source=None):
        generator = torch.Generator().manual_seed(request["seed"])
        size = ((request["frames"] - 1) // 8 + 1, request["height"] // 32, request["width"] // 32)
        (worded, mask), (plain, blank) = self.encode(request["prompt"]), self.encode("")
        words, masks = torch.cat([plain, worded]), torch.cat([blank, mask])
        sampler = LinearQuadratic(request["steps"], begin=first_step(request, source))
        latents = torch.randn((1, CHANNELS, *size), generator=generator)
        if source is not None:
            most_likely, _ = self.encoder(source).chunk(2, 1)
            latents = sampler.noisy((most_likely - self.mean) / self.spread, latents)

        def clean(picture):
            found = sample(self.encoder(picture[:, :, None]), generator)
            return (found - self.mean) / self.spread

        given = torch.zeros(1, 1, *size)
        at = request["frames"] - 1
        for picture in [start] if at else [end]:
            if picture is not None:
                latents[:, :, :1], given[:, :, 0] = clean(picture), 1
        tokens, given, places = packed(latents), packed(given) > 0, coordinates(*size)
        more = 0
        if end is not None and at:
            lead = packed(clean(end))
            torch.randn(lead.shape, generator=generator)
            more = lead.shape[1]
            tokens = torch.cat([lead, tokens], 1)
            given = torch.cat([torch.ones(1, more, 1).bool(), given], 1)
            places = torch.cat([coordinates(1, *size[1:], at), places], 2)
        first, places = tokens.clone(), places.repeat(2, 1, 1)
        reuse = Reuse(request, sampler)
        for timestep in sampler.timesteps:
            if given.any():
                noise = torch.randn(tokens.shape, generator=generator)
                rough = first + ROUGHNESS * noise * (timestep / 1000) ** 2
                tokens = torch.where(given, rough.to(tokens.dtype), tokens)
            told = (timestep * ~given[..., 0]).float().repeat(2, 1)

            def predict():
                pair = self.network(
                    torch.cat([tokens.float()] * 2), words, masks, told, places)
                return guided(pair, request["guidance"])

            prediction = reuse.call(0, tokens, predict)
            tokens = torch.where(given, tokens, sampler.step(prediction, tokens))
        reuse.finish()
        latents = tokens[:, more:].transpose(1, 2).reshape(1, CHANNELS, *size)
        latents = latents * self.spread + self.mean
        return self.decoder(latents.float(), torch.zeros(1))[0]


def ltx_ends(folder):
    ltx, (width, height) = Ends(folder), (64, 96)
    request = {"prompt": "a red ball", "seed": 9, "width": width, "height": height, "frames": 17,
               "steps": 5, "guidance": 3.0}
    ends = {"start": 40, "end": 130}

    def clip(name, *keys, **changes):
        told = {**request, **{key: ends[key] for key in keys}, **changes}
        pictures = {key: pattern(width, height, ends[key]) for key in keys}
        if "source" in told:
            pictures["source"] = moving(width, height, told["frames"], told["source"])
        ltx.package.clip(name, told, ltx.render(told, **pictures), stride=101)

    clip("words")
    clip("start", "start")
    clip("end", "end", prompt="a cat", steps=4)
    clip("ends", "start", "end")
    clip("still", "end", frames=1)
    clip("remake", source=30, strength=0.65)
    clip("reuse", "start", "end", steps=20, reuse=0.35)
    ltx.package.finish()
