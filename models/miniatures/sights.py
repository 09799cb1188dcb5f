"""Wan 2.1, image to video: what pictures show, its networks, packages, and what they are told."""

import numpy
import torch
from PIL import Image
from torch import nn

from clips import CLIP, REQUEST, WIDTH, Wan, condition
from export import pattern
from networks import Dit, attend
from pictures import random

MEAN, SPREAD = [0.48, 0.46, 0.41], [0.27, 0.26, 0.28]
SIDE, PATCH, SEEN = 28, 7, 6
TOKENS = (SIDE // PATCH) ** 2 + 1


class ImageTokens(nn.Module):
    """[B, 3, S, S] to what each layer makes of a token for each patch, after one for all."""

    def __init__(self, layers=2):
        super().__init__()
        self.enter = nn.Conv2d(3, SEEN, PATCH, stride=PATCH, bias=False)
        self.whole = nn.Parameter(torch.randn(SEEN))
        self.places = nn.Parameter(torch.randn(TOKENS, SEEN) * 0.3)
        self.layers = nn.ModuleList(nn.Linear(SEEN, 3 * SEEN) for _ in range(layers))
        self.norm = nn.LayerNorm(SEEN)

    def forward(self, pixel_values):
        patches = self.enter(pixel_values).flatten(2).transpose(1, 2)
        whole = self.whole.expand(patches.shape[0], 1, -1)
        hidden = torch.cat([whole, patches], 1) + self.places
        states = [hidden]
        for layer in self.layers:
            query, key, value = layer(hidden).split(SEEN, -1)
            hidden = hidden + torch.tanh(attend(query, key, value))
            states.append(hidden)
        return (hidden, self.norm(hidden[:, 0]), *states)


class SeeingDit(Dit):
    """A denoiser that is told what pictures show, [P, N, D], beside the words."""

    def __init__(self, channels, text, out, pictures):
        super().__init__(channels, text, out)
        self.shown = nn.Linear(SEEN, text)
        self.places = (nn.Parameter(torch.randn(1, pictures * TOKENS, SEEN) * 0.5)
                       if pictures > 1 else None)

    def forward(self, hidden_states, timestep, encoder_hidden_states,
                encoder_hidden_states_image):
        seen = encoder_hidden_states_image
        if self.places is not None:
            seen = seen.reshape(1, -1, SEEN) + self.places
        told = torch.cat([8 * torch.tanh(self.shown(seen)), encoder_hidden_states], 1)
        return super().forward(hidden_states, timestep, told)


def small(image, side):
    """[1, 3, H, W] of -1 to 1, as the image encoder was trained to see it."""
    values = ((image[0].permute(1, 2, 0) + 1) * 127.5).round().byte().numpy()
    height, width = values.shape[:2]
    shorter = min(width, height)
    picture = Image.fromarray(values).resize(
        (int(side * width / shorter), int(side * height / shorter)), Image.BICUBIC)
    left, top = (picture.width - SIDE) // 2, (picture.height - SIDE) // 2
    picture = picture.crop((left, top, left + SIDE, top + SIDE))
    values = torch.tensor(numpy.array(picture)).permute(2, 0, 1)[None].double() / 255
    mean, spread = (torch.tensor(values)[:, None, None] for values in (MEAN, SPREAD))
    return ((values - mean) / spread).float()


class SeeingWan(Wan):
    """One denoiser, for clips that begin with a picture, or begin and end with one."""

    def __init__(self, folder, seed, side, pictures):
        tasks = ["start-frame" if pictures == 1 else "start-and-end-frame"]
        super().__init__(folder, seed, 36, experts=0, image=True, tasks=tasks, index={
            "image_encoder": ["transformers", "CLIPVisionModel"],
            "image_processor": ["transformers", "CLIPImageProcessor"]})
        self.side = side
        self.package.json("image_processor/preprocessor_config.json", {
            "image_processor_type": "CLIPImageProcessor", "do_resize": True,
            "size": side if pictures > 1 else {"shortest_edge": side}, "resample": 3,
            "do_center_crop": True, "crop_size": {"height": SIDE, "width": SIDE},
            "do_rescale": True, "do_normalize": True, "image_mean": MEAN, "image_std": SPREAD})
        self.seer, self.network = random(
            seed + 100, ImageTokens, lambda: SeeingDit(36, WIDTH, 16, pictures))
        names = ["last_hidden_state", "pooler_output", *(f"hidden_states.{i}" for i in range(3))]
        self.package.graph("image_encoder", self.seer,
                           {"pixel_values": torch.randn(1, 3, SIDE, SIDE)}, names,
                           {name: ("batch",) for name in ["pixel_values", *names]},
                           {"image_size": SIDE, "patch_size": PATCH, "hidden_size": SEEN})
        self.config.update(image_dim=SEEN, added_kv_proj_dim=16)
        if pictures > 1:
            self.config["pos_embed_seq_len"] = pictures * TOKENS
        self.package.graph("transformer", self.network, {
            "hidden_states": torch.randn(1, 36, 2, 4, 8), "timestep": torch.tensor([400.0]),
            "encoder_hidden_states": torch.randn(1, 512, WIDTH),
            "encoder_hidden_states_image": torch.randn(pictures, TOKENS, SEEN)}, ["out_sample"],
            {"hidden_states": CLIP, "out_sample": CLIP, "encoder_hidden_states": ("batch",),
             "timestep": ("batch",), "encoder_hidden_states_image": ("pictures",)}, self.config)

    def clip(self, name, request, *ends):
        seen = torch.cat([self.seer(small(picture, self.side))[-2] for picture in ends])
        self.experts = [lambda put, told, words: self.network(put, told, words, seen)]
        self.package.clip(name, request, self.render(
            request, condition=condition(self, request, *ends)))


def wan_start(folder):
    wan = SeeingWan(folder, 26, side=SIDE, pictures=1)
    wan.clip("start", {**REQUEST, "start": 11}, pattern(32, 64, 11))
    request = {**REQUEST, "width": 96, "height": 32, "frames": 5, "negative": "a cat",
               "start": 70}
    wan.clip("wide", request, pattern(96, 32, 70))
    wan.package.finish()


def wan_ends(folder):
    wan = SeeingWan(folder, 27, side=SIDE + 5, pictures=2)
    request = {**REQUEST, "start": 11, "end": 90}
    wan.clip("ends", request, pattern(32, 64, 11), pattern(32, 64, 90))
    wan.package.finish()
