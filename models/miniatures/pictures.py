"""Stable Diffusion 1.5 and XL: packages, and the loops by hand."""

import torch

from export import Package, pattern
from networks import ClipText, PictureDecoder, PictureEncoder, Unet
from reuse import Reuse
from samplers import Euler, Pndm
from words import Clip

SCALING = 0.18215
NOISE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
         "num_train_timesteps": 1000, "steps_offset": 1, "timestep_spacing": "leading",
         "prediction_type": "epsilon"}
VAE = {"_class_name": "AutoencoderKL", "latent_channels": 4, "in_channels": 3,
       "block_out_channels": [8, 8, 8, 8], "scaling_factor": SCALING}
PICTURE = ("batch", "channels", "height", "width")


def random(seed, *networks):
    """Networks of one seed, each made by a call."""
    torch.manual_seed(seed)
    return [network() for network in networks]


def ids_of(tokenizer, *texts):
    return torch.tensor([tokenizer.encode(text) for text in texts])


def sample(parameters, generator):
    """From mean and logarithm of the variance to latents."""
    mean, log = parameters.chunk(2, 1)
    noise = torch.randn(mean.shape, generator=generator)
    return mean + torch.exp(0.5 * log.clamp(-30, 20)) * noise


def guided(pair, scale, rescale=0.0):
    """[unconditional, conditional] to one, and back towards the spread of the conditional."""
    plain, worded = pair.chunk(2)
    mixed = plain + scale * (worded - plain)
    if rescale:
        even = mixed * (worded.std() / mixed.std())
        mixed = rescale * even + (1 - rescale) * mixed
    return mixed


def box(width, height):
    """A mask that both sides can draw, as [1, 1, H, W]: 1 where a picture is painted anew."""
    mask = torch.zeros(1, 1, height, width)
    mask[:, :, height // 2:, width // 4:3 * width // 4] = 1
    return mask


class Start:
    """What a picture is made from; beside has the further channels that some UNets take."""

    def __init__(self, shape, sampler, generator, encode=None, image=None, mask=None,
                 takes_mask=False, is_whole=False):
        self.sampler, self.mask, self.beside = sampler, None, None
        self.clean = None
        if image is not None and not (takes_mask and is_whole):
            self.clean = encode(image)
        self.noise = torch.randn(shape, generator=generator)
        if self.clean is None or (mask is not None and is_whole):
            self.latents = self.noise * sampler.start_scale
        else:
            self.latents = sampler.noisy(self.clean, self.noise)
        if takes_mask:
            rest = encode(image * (mask < 0.5))
            self.beside = torch.cat([mask[:, :, ::8, ::8], rest], 1)
        elif mask is not None:
            self.mask = mask[:, :, ::8, ::8]

    def seen(self, latents):
        return latents if self.beside is None else torch.cat([latents, self.beside], 1)

    def kept(self, latents, is_last):
        """What the mask leaves is put back, as noisy as the rest is."""
        if self.mask is None:
            return latents
        known = self.clean if is_last else self.sampler.noisy(self.clean, self.noise)
        return (1 - self.mask) * known + self.mask * latents


def autoencoder(package, encoder, decoder, latents, config):
    package.graph("vae_encoder", encoder, {"sample": torch.randn(1, 3, 32, 64)},
                  ["latent_parameters"], {"sample": PICTURE, "latent_parameters": PICTURE}, config)
    package.graph("vae_decoder", decoder, {"latent_sample": latents}, ["sample"],
                  {"sample": PICTURE, "latent_sample": PICTURE}, config)


def stable_diffusion(folder, change=None, takes_mask=False):
    pipeline = "StableDiffusionInpaintPipeline" if takes_mask else "StableDiffusionPipeline"
    channels = 9 if takes_mask else 4
    package = Package(folder, pipeline, {
        "scheduler": ["diffusers", "PNDMScheduler"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"], "vae": ["diffusers", "AutoencoderKL"],
        "unet": ["diffusers", "UNet2DConditionModel"]}, change)
    tokenizer = Clip()
    tokenizer.write(folder / "tokenizer")
    package.json("scheduler/scheduler_config.json", {
        "_class_name": "PNDMScheduler", **NOISE, "skip_prk_steps": True, "set_alpha_to_one": False})
    text, unet, encoder, decoder = random(
        15, lambda: ClipText(tokenizer.size, 8, "last"), lambda: Unet(channels, 8), PictureEncoder,
        PictureDecoder)
    # An old export: whole ids and timesteps of the types that were usual then.
    package.graph("text_encoder", text, {"input_ids": ids_of(tokenizer, "a red ball").int()},
                  ["last_hidden_state", "pooler_output"],
                  {"input_ids": ("batch", "sequence"), "last_hidden_state": ("batch", "sequence"),
                   "pooler_output": ("batch",)}, {"hidden_size": 8, "num_hidden_layers": 2})
    package.graph("unet", unet, {"sample": torch.randn(2, channels, 4, 8),
                                 "timestep": torch.tensor(500),
                                 "encoder_hidden_states": torch.randn(2, 77, 8)}, ["out_sample"],
                  {"sample": PICTURE, "encoder_hidden_states": ("batch",), "out_sample": PICTURE},
                  {"_class_name": "UNet2DConditionModel", "in_channels": channels, "sample_size": 8,
                   "cross_attention_dim": 8, "block_out_channels": [8],
                   "attention_head_dim": 1})
    autoencoder(package, encoder, decoder, torch.randn(1, 4, 4, 8), VAE)

    def render(request, image=None, mask=None):
        generator = torch.Generator().manual_seed(request["seed"])
        words = text(ids_of(tokenizer, request.get("negative", ""), request["prompt"]))[0]
        steps, shape = request["steps"], (1, 4, request["height"] // 8, request["width"] // 8)
        strength = 1 if image is None else request.get("strength", 0.8)
        sampler = Pndm(steps, steps - min(int(steps * strength), steps))
        start = Start(shape, sampler, generator,
                      lambda pixels: sample(encoder(pixels), generator) * SCALING,
                      image, mask, takes_mask, strength == 1)
        latents, reuse = start.latents, Reuse(request, sampler)
        for step, timestep in enumerate(sampler.timesteps):
            def network():
                pair = unet(torch.cat([start.seen(latents)] * 2).float(),
                            torch.tensor(int(timestep)), words)
                return guided(pair, request["guidance"])

            latents = sampler.step(reuse.call(0, latents, network), latents)
            latents = start.kept(latents, step == len(sampler.timesteps) - 1)
        reuse.finish()
        return decoder((latents / SCALING).float())[0][:, None]

    request = {"prompt": "a red ball", "seed": 7, "width": 64, "height": 32, "frames": 1,
               "steps": 6, "guidance": 7.5}
    if not takes_mask:
        package.clip("words", request, render(request))
        many = {**request, "steps": 20, "reuse": 0.45}
        package.clip("reuse", many, render(many))
    request = {**request, "prompt": "a cat on the sea", "negative": "a ball", "start": 3}
    if not takes_mask:
        package.clip("picture", request, render(request, pattern(64, 32, 3)))
    for name, strength in [("anew", 1.0), ("masked", 0.7)]:
        request = {**request, "mask": True, "strength": strength}
        package.clip(name, request, render(request, pattern(64, 32, 3), box(64, 32)))
    package.finish()


def inpainting(folder):
    stable_diffusion(folder, takes_mask=True)


def xl_manifest(package):
    package.json("manifest.json", {
        "name": "tiny-xl", "version": 1, "license": "CC0-1.0",
        "tasks": ["text-to-image", "text-to-video", "start-frame"],
        "sizes": [{"width": 64, "height": 64}], "sizeMultiple": 8, "minSize": 16, "maxWidth": 256,
        "maxHeight": 256,
        "frameCounts": {"multiple": 1, "offset": 0, "minimum": 1, "maximum": 1},
        "defaultFrameCount": 1, "frameRate": "1/1",
        "steps": {"default": 8, "minimum": 1, "maximum": 100},
        "guidance": {"default": 5.0, "minimum": 1.0, "maximum": 20.0, "rescale": 0.7,
                     "until": 0.7},
        "samplers": ["euler"], "memoryBytes": 1000000})


def inpainting_xl(folder):
    stable_diffusion_xl(folder, takes_mask=True)


def stable_diffusion_xl(folder, takes_mask=False):
    """One that takes masks has no manifest.json, and so guides all of its steps alike."""
    pipeline = f"StableDiffusionXL{'Inpaint' if takes_mask else ''}Pipeline"
    channels, until = (9, 1) if takes_mask else (4, 0.7)
    rescale = 0 if takes_mask else 0.7
    package = Package(folder, pipeline, {
        "scheduler": ["diffusers", "EulerDiscreteScheduler"], "unet": ["diffusers", "UNet2D"],
        "vae": ["diffusers", "AutoencoderKL"], "force_zeros_for_empty_prompt": True})
    first, second = Clip(), Clip(pad="!")
    first.write(folder / "tokenizer")
    second.write(folder / "tokenizer_2")
    package.json("scheduler/scheduler_config.json", {
        "_class_name": "EulerDiscreteScheduler", **NOISE, "interpolation_type": "linear"})
    one, two, unet, encoder, decoder = random(
        20, lambda: ClipText(first.size, 6, "all"), lambda: ClipText(second.size, 10, "projected"),
        lambda: Unet(channels, 16, added=16), PictureEncoder, PictureDecoder)
    states = [f"hidden_states.{i}" for i in range(3)]
    batch = {name: ("batch",) for name in ["input_ids", "last_hidden_state", *states]}
    package.graph("text_encoder", one, {"input_ids": ids_of(first, "a red ball")},
                  ["last_hidden_state", "pooler_output", *states],
                  {**batch, "pooler_output": ("batch",)}, {"hidden_size": 6})
    package.graph("text_encoder_2", two, {"input_ids": ids_of(second, "a red ball")},
                  ["text_embeds", "last_hidden_state", *states],
                  {**batch, "text_embeds": ("batch",)}, {"hidden_size": 10})
    package.graph("unet", unet, {
        "sample": torch.randn(2, channels, 4, 4), "timestep": torch.tensor(500.0),
        "encoder_hidden_states": torch.randn(2, 77, 16), "text_embeds": torch.randn(2, 10),
        "time_ids": torch.tensor([[32.0, 32, 0, 0, 32, 32]] * 2)}, ["out_sample"],
        {"sample": PICTURE, "encoder_hidden_states": ("batch",), "text_embeds": ("batch",),
         "time_ids": ("batch",), "out_sample": PICTURE},
        {"_class_name": "UNet2DConditionModel", "in_channels": channels, "sample_size": 8,
         "cross_attention_dim": 16, "block_out_channels": [8, 8, 8], "attention_head_dim": 1})
    scaling = 0.13025
    autoencoder(package, encoder, decoder, torch.randn(1, 4, 4, 4),
                {**VAE, "scaling_factor": scaling})
    if not takes_mask:
        xl_manifest(package)

    def encode(prompt):
        *_, last, _ = one(ids_of(first, prompt))
        pooled, _, _, other, _ = two(ids_of(second, prompt))
        return torch.cat([last, other], -1), pooled

    def render(request, image=None, mask=None):
        generator = torch.Generator().manual_seed(request["seed"])
        worded, pooled = encode(request["prompt"])
        if request.get("negative"):
            plain, empty = encode(request["negative"])
        else:
            plain, empty = torch.zeros_like(worded), torch.zeros_like(pooled)
        height, width, steps = request["height"], request["width"], request["steps"]
        size = torch.tensor([[height, width, 0, 0, height, width]]).float()
        shape = (1, 4, height // 8, width // 8)
        strength = 1 if image is None else request.get("strength", 0.8)
        begin = steps - min(int(steps * strength), steps)
        sampler = Euler(steps, begin)
        start = Start(shape, sampler, generator,
                      lambda pixels: sample(encoder(pixels), generator) * scaling,
                      image, mask, takes_mask, strength == 1)
        latents, reuse = start.latents, Reuse(request, sampler)
        for step, timestep in enumerate(sampler.timesteps):
            told = torch.tensor(float(timestep))
            seen = sampler.scale(latents).float()
            is_guided = (begin + step) / steps < until
            put = start.seen(seen).float()

            def network():
                if not is_guided:
                    return unet(put, told, worded, pooled, size)
                pair = unet(torch.cat([put] * 2), told, torch.cat([plain, worded]),
                            torch.cat([empty, pooled]), torch.cat([size] * 2))
                return guided(pair, request["guidance"], rescale)

            latents = sampler.step(reuse.call(is_guided, seen, network), latents)
            latents = start.kept(latents, step == len(sampler.timesteps) - 1)
        reuse.finish()
        return decoder((latents / scaling).float())[0][:, None]

    request = {"prompt": "a red ball", "seed": 8, "width": 32, "height": 64, "frames": 1,
               "steps": 5, "guidance": 5.0}
    if takes_mask:
        for name, strength in [("anew", 1.0), ("masked", 0.7)]:
            request = {**request, "start": 5, "mask": True, "strength": strength}
            clip = render(request, pattern(32, 64, 5), box(32, 64))
            package.clip(name, request, clip)
        package.finish()
        return
    package.clip("words", request, render(request))
    many = {**request, "steps": 16, "reuse": 0.5}
    package.clip("reuse", many, render(many))
    negative = {**request, "prompt": "the sea", "negative": "a red cat"}
    package.clip("negative", negative, render(negative))
    request = {**request, "start": 5}
    package.clip("picture", request, render(request, pattern(32, 64, 5)))
    request = {**request, "mask": True, "strength": 0.6}
    package.clip("masked", request, render(request, pattern(32, 64, 5), box(32, 64)))
    package.finish()
