"""Stable Video Diffusion: its package, and its loop by hand."""

import torch
from torch.nn import functional

from clips import manifest
from export import Package, pattern
from networks import ImageEmbedding, PictureEncoder, TemporalDecoder, VideoUnet
from pictures import NOISE, PICTURE, SCALING, VAE, random
from samplers import Euler

MEAN, SPREAD = [0.48, 0.46, 0.41], [0.27, 0.26, 0.28]
WIDTH, SIDE, CHUNK = 12, 16, 3
MOTION, AUGMENTATION, LEAST = 90, 0.05, 1.2


def blur(size, target):
    """A matrix that smooths so many values as much as making fewer of them needs."""
    sigma = max((size / target - 1) / 2, 0.001)
    count = int(max(4 * sigma, 3)) | 1
    offsets = torch.arange(count).double() - count // 2
    weights = torch.exp(-offsets ** 2 / (2 * sigma ** 2))
    matrix = torch.zeros(size, size).double()
    for row in range(size):
        for offset, weight in zip(offsets.long().tolist(), weights / weights.sum()):
            at = abs(row + offset)
            matrix[row, min(at, 2 * (size - 1) - at)] += weight
    return matrix


def small(image):
    """[1, 3, H, W] of -1 to 1, as the image encoder was trained to see it."""
    height, width = image.shape[2:]
    image = blur(height, SIDE) @ image.double() @ blur(width, SIDE).T
    image = functional.interpolate(image, (SIDE, SIDE), mode="bicubic", align_corners=True)
    mean, spread = (torch.tensor(values)[:, None, None] for values in (MEAN, SPREAD))
    return (((image + 1) / 2 - mean) / spread).float()


def stable_video_diffusion(folder):
    package = Package(folder, "StableVideoDiffusionPipeline", {
        "scheduler": ["diffusers", "EulerDiscreteScheduler"],
        "image_encoder": ["transformers", "CLIPVisionModelWithProjection"],
        "feature_extractor": ["transformers", "CLIPImageProcessor"],
        "unet": ["diffusers", "UNetSpatioTemporalConditionModel"],
        "vae": ["diffusers", "AutoencoderKLTemporalDecoder"], "motion_bucket_id": MOTION,
        "noise_aug_strength": AUGMENTATION, "min_guidance_scale": LEAST})
    package.json("manifest.json", manifest(
        "tiny-svd", 64, 32, ["start-frame"],
        {"multiple": 1, "offset": 0, "minimum": 1, "maximum": 8}, "7/1", "euler", 3.0))
    package.json("scheduler/scheduler_config.json", {
        "_class_name": "EulerDiscreteScheduler", **NOISE, "prediction_type": "v_prediction",
        "interpolation_type": "linear", "sigma_min": 0.002, "sigma_max": 700.0,
        "timestep_type": "continuous", "use_karras_sigmas": True})
    package.json("feature_extractor/preprocessor_config.json", {
        "image_mean": MEAN, "image_std": SPREAD, "do_normalize": True})
    seer, unet, encoder, decoder = random(
        40, lambda: ImageEmbedding(WIDTH), lambda: VideoUnet(8, WIDTH), PictureEncoder,
        TemporalDecoder)
    package.graph("image_encoder", seer, {"pixel_values": torch.randn(1, 3, SIDE, SIDE)},
                  ["image_embeds"], {"pixel_values": ("batch",), "image_embeds": ("batch",)},
                  {"image_size": SIDE, "projection_dim": WIDTH})
    clip = ("batch", "frames", "channels", "height", "width")
    package.graph("unet", unet, {
        "sample": torch.randn(2, 5, 8, 4, 8), "timestep": torch.tensor(0.8),
        "encoder_hidden_states": torch.randn(2, 1, WIDTH),
        "added_time_ids": torch.tensor([[6, MOTION, AUGMENTATION]] * 2)}, ["out_sample"],
        {"sample": clip, "encoder_hidden_states": ("batch",), "added_time_ids": ("batch",),
         "out_sample": clip},
        {"_class_name": "UNetSpatioTemporalConditionModel", "in_channels": 8, "out_channels": 4,
         "sample_size": 8, "num_frames": 8, "cross_attention_dim": WIDTH,
         "block_out_channels": [8], "num_attention_heads": [1]})
    config = {**VAE, "_class_name": "AutoencoderKLTemporalDecoder", "decode_chunk_size": CHUNK}
    package.graph("vae_encoder", encoder, {"sample": torch.randn(1, 3, 32, 64)},
                  ["latent_parameters"], {"sample": PICTURE, "latent_parameters": PICTURE}, config)
    package.graph("vae_decoder", decoder,
                  {"latent_sample": torch.randn(2, 4, 4, 8), "num_frames": torch.tensor(2)},
                  ["sample"], {"sample": PICTURE, "latent_sample": PICTURE}, config)

    def render(request):
        generator = torch.Generator().manual_seed(request["seed"])
        frames, height, width = request["frames"], request["height"], request["width"]
        image = pattern(width, height, request["start"])
        seen = seer(small(image))[:, None]
        noisy = image + AUGMENTATION * torch.randn(image.shape, generator=generator)
        mean, _ = encoder(noisy).chunk(2, 1)
        given = mean[:, None].repeat(1, frames, 1, 1, 1)
        told = torch.tensor([[7 - 1, MOTION, AUGMENTATION]])
        sampler = Euler(request["steps"], velocity=(0.002, 700.0))
        shape = (1, frames, 4, height // 8, width // 8)
        latents = torch.randn(shape, generator=generator).double() * sampler.start_scale
        scales = torch.linspace(LEAST, request["guidance"], frames).reshape(1, -1, 1, 1, 1)
        for timestep in sampler.timesteps:
            scaled, moment = sampler.scale(latents).float(), torch.tensor(timestep).float()
            worded = unet(torch.cat([scaled, given], 2), moment, seen, told)
            if request["guidance"] > 1:
                plain = unet(torch.cat([scaled, 0 * given], 2), moment, 0 * seen, told)
                worded = plain + scales * (worded - plain)
            latents = sampler.step(worded, latents)
        latents = (latents[0] / SCALING).float()
        parts = [decoder(part, torch.tensor(len(part))) for part in latents.split(CHUNK)]
        return torch.cat(parts).transpose(0, 1)

    request = {"prompt": "", "seed": 12, "width": 64, "height": 32, "frames": 5, "steps": 6,
               "guidance": 3.0, "start": 21}
    package.clip("start", request, render(request))
    request = {**request, "width": 32, "height": 96, "frames": 4, "guidance": 1.0, "start": 70}
    package.clip("unguided", request, render(request))
    package.finish()
