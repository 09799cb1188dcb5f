"""LTX-Video: a package, and its loop by hand."""

import torch

from chunks import tiled_decode, tiled_encode
from clips import CLIP, WIDTH, manifest, of_channels
from export import Package, moving, pattern
from networks import ClipDecoder, ClipEncoder, Ltx, PieceText
from pictures import guided, random, sample
from reuse import Reuse
from samplers import FlowEuler, first_step
from words import Pieces


def ltx_video(folder, most=17, chunks=None):
    package = Package(folder, "LTXPipeline", {
        "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
        "transformer": ["diffusers", "LTXVideoTransformer3DModel"]})
    package.json("manifest.json", manifest(
        "tiny-ltx", 64, 96, ["text-to-video", "start-frame"],
        {"multiple": 8, "offset": 1, "minimum": 1, "maximum": most}, "25/1", "euler", 3.0))
    tokenizer, channels = Pieces(128), 16
    tokenizer.write(folder / "tokenizer")
    package.json("scheduler/scheduler_config.json", {
        "_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000,
        "shift": 1.0, "use_dynamic_shifting": True, "base_shift": 0.95, "max_shift": 2.05,
        "base_image_seq_len": 1024, "max_image_seq_len": 4096, "shift_terminal": 0.1})
    text, encoder, decoder, network = random(
        30, lambda: PieceText(tokenizer.size, WIDTH), lambda: ClipEncoder(channels, 32, 8),
        lambda: ClipDecoder(channels, 32, 8), lambda: Ltx(channels, WIDTH))
    names = ["input_ids", "attention_mask", "last_hidden_state"]
    ids, count = tokenizer.encode("a red ball")
    package.graph("text_encoder", text, {
        "input_ids": torch.tensor([ids]),
        "attention_mask": (torch.arange(128)[None] < count).long()},
        names[2:], {name: ("batch",) for name in names}, {"d_model": WIDTH})
    tokens = ("batch", "tokens", "channels")
    package.graph("transformer", network, {
        "hidden_states": torch.randn(2, 12, channels),
        "encoder_hidden_states": torch.randn(2, 128, WIDTH),
        "encoder_attention_mask": torch.ones(2, 128, dtype=torch.int64),
        "timestep": torch.full((2, 12), 400.0), "num_frames": torch.tensor(3),
        "height": torch.tensor(2), "width": torch.tensor(2),
        "rope_interpolation_scale": torch.tensor([8 / 25, 32.0, 32.0])}, ["out_sample"],
        {"hidden_states": tokens, "encoder_hidden_states": ("batch",), "out_sample": tokens,
         "encoder_attention_mask": ("batch",), "timestep": ("batch", "tokens")},
        {"_class_name": "LTXVideoTransformer3DModel", "in_channels": channels,
         "num_attention_heads": 1, "attention_head_dim": 16, "caption_channels": WIDTH})
    mean, spread = [0.05 * i for i in range(channels)], [1 + 0.02 * i for i in range(channels)]
    config = {"_class_name": "AutoencoderKLLTXVideo", "latent_channels": channels,
              "latents_mean_data": mean, "latents_std_data": spread, "scaling_factor": 1.0,
              "spatial_compression_ratio": 32, "temporal_compression_ratio": 8,
              "block_out_channels": [8], "timestep_conditioning": True, **(chunks or {})}
    package.graph("vae_encoder", encoder, {"sample": torch.randn(1, 3, 1, 32, 64)},
                  ["latent_parameters"], {"sample": CLIP, "latent_parameters": CLIP}, config)
    package.graph("vae_decoder", decoder,
                  {"latent_sample": torch.randn(1, channels, 2, 1, 1), "timestep": torch.zeros(1)},
                  ["sample"], {"sample": CLIP, "latent_sample": CLIP, "timestep": ("batch",)},
                  config)
    mean, spread = of_channels(mean), of_channels(spread)

    def encode(prompt):
        ids, count = tokenizer.encode(prompt)
        mask = (torch.arange(128)[None] < count).long()
        return text(torch.tensor([ids]), mask), mask

    def render(request, start=None, source=None):
        generator = torch.Generator().manual_seed(request["seed"])
        frames, rows, columns = (
            (request["frames"] - 1) // 8 + 1, request["height"] // 32, request["width"] // 32)
        shape = (1, channels, frames, rows, columns)
        place = torch.zeros(1, 1, frames, rows, columns)
        clean = 0.0
        if start is not None:
            clean = (sample(encoder(start[:, :, None]), generator) - mean) / spread
            place[:, :, 0] = 1
        latents = clean * place + torch.randn(shape, generator=generator) * (1 - place)
        (worded, mask), (plain, blank) = encode(request["prompt"]), encode("")
        words, masks = torch.cat([plain, worded]), torch.cat([blank, mask])
        sampler = FlowEuler(request["steps"], frames * rows * columns,
                            begin=first_step(request, source))
        if source is not None:
            found = tiled_encode(encoder, source, 8, **chunks) if chunks else encoder(source)
            most_likely, _ = found.chunk(2, 1)
            latents = sampler.noisy((most_likely - mean) / spread, latents)
        sizes = [torch.tensor(size) for size in (frames, rows, columns)]
        scale = torch.tensor([8 / 25, 32.0, 32.0])
        reuse = Reuse(request, sampler)
        for timestep in sampler.timesteps:
            def predict():
                told = (timestep * (1 - place)).reshape(1, -1).repeat(2, 1)
                packed = latents.float().reshape(1, channels, -1).transpose(1, 2)
                pair = network(torch.cat([packed] * 2), words, masks, told.float(), *sizes, scale)
                return guided(pair, request["guidance"]).transpose(1, 2).reshape(shape)

            prediction = reuse.call(0, latents, predict)
            latents = torch.where(place > 0, latents, sampler.step(prediction, latents))
        reuse.finish()
        latents = (latents * spread + mean).float()
        if chunks:
            return tiled_decode(lambda z: decoder(z, torch.zeros(1)), latents, 8, **chunks)[0]
        return decoder(latents, torch.zeros(1))[0]

    width, height = size = (32, 64) if chunks else (64, 96)
    request = {"prompt": "a red ball", "seed": 9, "width": width, "height": height,
               "frames": most, "steps": 5, "guidance": 3.0}
    package.clip("words", request, render(request), stride=101)
    request = {**request, "prompt": "a cat", "start": 40}
    package.clip("start", request, render(request, pattern(*size, 40)), stride=101)
    request = {**request, "source": 30, "strength": 0.65}
    del request["start"]
    clip = render(request, source=moving(*size, most, 30))
    package.clip("remake", request, clip, stride=101)
    if not chunks:
        request = {**request, "steps": 20, "reuse": 0.3}
        clip = render(request, source=moving(*size, most, 30))
        package.clip("reuse", request, clip, stride=101)
    package.finish()


def ltx_chunks(folder):
    ltx_video(folder, most=49, chunks={
        "tile_sample_min_num_frames": 24, "tile_sample_stride_num_frames": 16})
