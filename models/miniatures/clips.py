"""Wan: packages, and their loop by hand."""

import torch

from export import Package, moving, pattern
from networks import ClipDecoder, ClipEncoder, Dit, PieceText
from pictures import guided, random
from reuse import Reuse
from samplers import UniPc, first_step
from words import Pieces

CLIP = ("batch", "channels", "frames", "height", "width")
WIDTH = 8


def of_channels(values):
    return torch.tensor(values).float().reshape(1, -1, 1, 1, 1)


def manifest(name, width, height, tasks, frames, rate, sampler, guidance):
    """What a miniature says of itself: sizes that a test can afford."""
    return {
        "name": name, "version": 1, "license": "CC0-1.0", "tasks": tasks,
        "sizes": [{"width": width, "height": height}], "sizeMultiple": 32, "minSize": 32,
        "maxWidth": 256, "maxHeight": 256, "frameCounts": frames,
        "defaultFrameCount": frames["maximum"], "frameRate": rate,
        "steps": {"default": 4, "minimum": 1, "maximum": 100},
        "guidance": {"default": guidance, "minimum": 1.0, "maximum": 20.0},
        "samplers": [sampler], "memoryBytes": 1000000}


class Wan:
    """What all of the family share: text, VAE, and the two calls of each step."""

    def __init__(self, folder, seed, channels, latents=16, space=8, experts=1, index=None,
                 image=False, shift=3.0, most=9, causal=False, chunks=None, tasks=None,
                 decoder=ClipDecoder):
        pipeline = "WanImageToVideoPipeline" if image else "WanPipeline"
        self.package = Package(folder, pipeline, {
            "scheduler": ["diffusers", "UniPCMultistepScheduler"],
            "transformer": ["diffusers", "WanTransformer3DModel"], **(index or {})})
        least = 5 if image else 1
        self.package.json("manifest.json", manifest(
            f"tiny-{folder.name}", 32, 64 if space == 8 else 96,
            (tasks or ["start-frame", "start-and-end-frame"] if image
             else ["text-to-video", "start-frame"] if index and "expand_timesteps" in index
             else ["text-to-video"]),
            {"multiple": 4, "offset": 1, "minimum": least, "maximum": most},
            "16/1", "unipc", 5.0))
        self.tokenizer = Pieces(512)
        self.tokenizer.write(folder / "tokenizer")
        self.shift, self.space, self.latents = shift, space, latents
        self.package.json("scheduler/scheduler_config.json", {
            "_class_name": "UniPCMultistepScheduler", "num_train_timesteps": 1000,
            "prediction_type": "flow_prediction", "use_flow_sigmas": True, "flow_shift": shift,
            "solver_order": 2, "solver_type": "bh2", "predict_x0": True,
            "lower_order_final": True, "final_sigmas_type": "zero"})
        self.text, self.encoder, self.decoder, *self.experts = random(
            seed, lambda: PieceText(self.tokenizer.size, WIDTH),
            lambda: ClipEncoder(latents, space, 4, causal),
            lambda: decoder(latents, space, 4, causal),
            *[lambda: Dit(channels, WIDTH, latents)] * experts)
        ids, count = self.tokenizer.encode("a red ball")
        mask = torch.arange(512)[None] < count
        self.package.graph(
            "text_encoder", self.text,
            {"input_ids": torch.tensor([ids]), "attention_mask": mask.long()},
            ["last_hidden_state"],
            {name: ("batch",) for name in ["input_ids", "attention_mask", "last_hidden_state"]},
            {"d_model": WIDTH})
        self.mean = [0.1 * (i % 5) - 0.2 for i in range(latents)]
        self.spread = [1.0 + 0.1 * (i % 3) for i in range(latents)]
        config = {"_class_name": "AutoencoderKLWan", "z_dim": latents, "base_dim": 8,
                  "latents_mean": self.mean, "latents_std": self.spread,
                  "scale_factor_spatial": space, "scale_factor_temporal": 4, **(chunks or {})}
        self.autoencoder(config, 2 * space)
        self.config = {"_class_name": "WanTransformer3DModel", "in_channels": channels,
                       "out_channels": latents, "num_attention_heads": 1, "ffn_dim": 16,
                       "attention_head_dim": 16, "patch_size": [1, 2, 2], "text_dim": WIDTH}

    def autoencoder(self, config, side):
        self.package.graph("vae_encoder", self.encoder,
                           {"sample": torch.randn(1, 3, 5, side, side)}, ["latent_parameters"],
                           {"sample": CLIP, "latent_parameters": CLIP}, config)
        self.package.graph("vae_decoder", self.decoder,
                           {"latent_sample": torch.randn(1, self.latents, 2, 2, 2)}, ["sample"],
                           {"sample": CLIP, "latent_sample": CLIP}, config)

    def transformers(self, channels, per_token=False):
        names = ["transformer", "transformer_2"]
        for name, expert in zip(names, self.experts):
            timestep = torch.full((1, 16), 400.0) if per_token else torch.tensor([400.0])
            self.package.graph(name, expert, {
                "hidden_states": torch.randn(1, channels, 2, 4, 8), "timestep": timestep,
                "encoder_hidden_states": torch.randn(1, 512, WIDTH)}, ["out_sample"],
                {"hidden_states": CLIP, "out_sample": CLIP, "encoder_hidden_states": ("batch",),
                 "timestep": ("batch", "tokens") if per_token else ("batch",)}, self.config)

    def encode(self, prompt):
        ids, count = self.tokenizer.encode(prompt)
        mask = torch.arange(512)[None] < count
        words = self.text(torch.tensor([ids]), mask.long())
        return words * mask[..., None]

    def normal(self, clip):
        mean, _ = self.encoder(clip).chunk(2, 1)
        return (mean - of_channels(self.mean)) / of_channels(self.spread)

    def render(self, request, boundary=None, second=None, condition=None, first=None,
               source=None):
        """condition: further channels; first: latents that the first frame is given by;
        source: a clip that is made anew."""
        generator = torch.Generator().manual_seed(request["seed"])
        worded = self.encode(request["prompt"])
        plain = self.encode(request.get("negative", ""))
        frames = (request["frames"] - 1) // 4 + 1
        shape = (1, self.latents, frames, request["height"] // self.space,
                 request["width"] // self.space)
        latents = torch.randn(shape, generator=generator)
        mask = torch.ones(1, 1, *shape[2:])
        if first is not None:
            mask[:, :, 0] = 0
        sampler = UniPc(request["steps"], self.shift, first_step(request, source))
        if source is not None:
            latents = sampler.noisy(self.normal(source), latents)
        reuse = Reuse(request, sampler)
        for timestep in sampler.timesteps:
            late = boundary is not None and timestep < boundary * 1000
            expert, scale = self.experts[int(late)], request["guidance"]
            scale = second if late and second and scale > 1 else scale
            seen, told = latents, torch.tensor([float(timestep)])
            if first is not None:
                seen = (1 - mask) * first + mask * latents
            if first is not None or self.package.folder.name.endswith("ti2v"):
                told = (mask[0, 0][:, ::2, ::2] * timestep).reshape(1, -1)
            put = seen if condition is None else torch.cat([seen, condition], 1)

            def network():
                pair = [expert(put.float(), told, words) for words in (plain, worded)]
                return guided(torch.cat(pair), scale)

            latents = sampler.step(reuse.call(late, seen, network), latents)
        reuse.finish()
        if first is not None:
            latents = (1 - mask) * first + mask * latents
        return self.decode(latents)

    def decode(self, latents):
        latents = latents * of_channels(self.spread) + of_channels(self.mean)
        return self.decoder(latents.float())[0]


REQUEST = {"prompt": "a red ball on the sea", "seed": 5, "width": 32, "height": 64, "frames": 9,
           "steps": 6, "guidance": 5.0}


def wan_21(folder):
    wan = Wan(folder, 21, 16)
    wan.transformers(16)
    wan.package.clip("words", REQUEST, wan.render(REQUEST))
    request = {**REQUEST, "negative": "a cat", "steps": 1, "frames": 5}
    wan.package.clip("negative", request, wan.render(request))
    request = {**REQUEST, "source": 17, "strength": 0.7}
    wan.package.clip("remake", request, wan.render(request, source=moving(32, 64, 9, 17)))
    request = {**REQUEST, "steps": 14, "reuse": 0.4}
    wan.package.clip("reuse", request, wan.render(request))
    wan.package.finish()


def wan_chunks(folder):
    """What is rendered here is encoded and decoded whole: chunks make no difference to it."""
    wan = Wan(folder, 25, 16, most=33, causal=True,
              chunks={"tile_latent_frames": 2, "tile_latent_context": 2})
    wan.transformers(16)
    request = {**REQUEST, "height": 32, "frames": 29, "steps": 4}
    wan.package.clip("words", request, wan.render(request), stride=101)
    request = {**request, "frames": 33, "source": 17, "strength": 0.5}
    clip = wan.render(request, source=moving(32, 32, 33, 17))
    wan.package.clip("remake", request, clip, stride=101)
    wan.package.finish()


def wan_22(folder):
    wan = Wan(folder, 22, 16, experts=2, index={
        "transformer_2": ["diffusers", "WanTransformer3DModel"], "boundary_ratio": 0.875})
    wan.transformers(16)
    wan.package.clip("words", REQUEST, wan.render(REQUEST, boundary=0.875))
    request = {**REQUEST, "source": 60, "strength": 0.9}
    clip = wan.render(request, boundary=0.875, source=moving(32, 64, 9, 60))
    wan.package.clip("remake", request, clip)
    request = {**REQUEST, "steps": 16, "reuse": 0.9}
    wan.package.clip("reuse", request, wan.render(request, boundary=0.875))
    wan.package.finish()


def wan_scales(folder):
    """A guidance scale of its own for the second expert, where there is guidance at all."""
    scale = 9.0
    wan = Wan(folder, 41, 16, experts=2, index={
        "transformer_2": ["diffusers", "WanTransformer3DModel"], "boundary_ratio": 0.875,
        "guidance_scale_2": scale})
    wan.transformers(16)
    wan.package.clip("words", REQUEST, wan.render(REQUEST, boundary=0.875, second=scale))
    request = {**REQUEST, "frames": 5, "guidance": 1.0}
    clip = wan.render(request, boundary=0.875, second=scale)
    wan.package.clip("unguided", request, clip)
    wan.package.finish()


def condition(wan, request, start, end=None):
    """A mask of the given frames, and the latents of a clip that is grey but for them."""
    count, height, width = request["frames"], request["height"], request["width"]
    clip = torch.zeros(1, 3, count, height, width)
    given = torch.zeros(1, 1, count, height // 8, width // 8)
    clip[:, :, 0], given[:, :, 0] = start, 1
    if end is not None:
        clip[:, :, -1], given[:, :, -1] = end, 1
    given = torch.cat([given[:, :, :1]] * 4 + [given[:, :, 1:]], 2)
    given = given.reshape(1, -1, 4, height // 8, width // 8).transpose(1, 2)
    return torch.cat([given, wan.normal(clip)], 1)


def wan_image(folder):
    wan = Wan(folder, 23, 36, experts=2, image=True, index={
        "transformer_2": ["diffusers", "WanTransformer3DModel"], "boundary_ratio": 0.9})
    wan.transformers(36)
    request = {**REQUEST, "start": 11}
    start, end = pattern(32, 64, 11), pattern(32, 64, 90)
    clip = wan.render(request, boundary=0.9, condition=condition(wan, request, start))
    wan.package.clip("start", request, clip)
    request = {**request, "end": 90}
    clip = wan.render(request, boundary=0.9, condition=condition(wan, request, start, end))
    wan.package.clip("ends", request, clip)
    wan.package.finish()


def wan_tokens(folder):
    wan = Wan(folder, 24, 12, latents=12, space=16, index={"expand_timesteps": True}, shift=5.0)
    wan.transformers(12, per_token=True)
    request = {**REQUEST, "width": 64, "height": 96}
    wan.package.clip("words", request, wan.render(request))
    request = {**request, "start": 11}
    first = wan.normal(pattern(64, 96, 11)[:, :, None])
    wan.package.clip("start", request, wan.render(request, first=first))
    request = {**REQUEST, "width": 64, "height": 96, "source": 5, "strength": 0.5}
    wan.package.clip("remake", request, wan.render(request, source=moving(64, 96, 9, 5)))
    wan.package.finish()
