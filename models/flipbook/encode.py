"""Encodes clips to latents with the trained autoencoder.

usage: encode.py CLIPS --work DIR
Writes CLIPS.latents.pt: "clips" float16 [N, 8, F, h, w], "last" float16 [N, 8, 1, h, w] (the
last picture encoded alone, as an end frame is) and "labels", and the subject's "mask" of data.py.
"""
import argparse
import os

import numpy as np
import torch

from data import load, to_float
from vae import LATENT, Vae


def encoded(vae, clip):
    """Clip [B, 3, T, H, W] -> normalised latents, float16."""
    mean = vae.encoder(clip.bfloat16())[:, :LATENT].float()
    return ((mean - vae.mean) / vae.std).half()


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("clips")
    parser.add_argument("--work", default="work")
    args = parser.parse_args()
    torch.set_num_threads(2)
    torch.set_flush_denormal(True)
    out = args.clips + ".latents.pt"
    if os.path.exists(out):
        return
    vae = Vae().eval()
    vae.load_state_dict(torch.load(os.path.join(args.work, "vae.pt"))["vae"])
    vae.encoder.bfloat16()      # five times as fast where it has AMX; off by .006 deviations
    clips, labels = load(args.clips)
    frames = clips.shape[2]
    size = 4 if frames > 1 else 32
    latents, last = [], []
    for i in range(0, len(clips), size):
        clip = to_float(np.array(clips[i:i + size]))
        latents.append(encoded(vae, clip))
        last.append(encoded(vae, clip[:, :, -1:]) if frames > 1 else latents[-1])
    torch.save({"clips": torch.cat(latents), "last": torch.cat(last), "labels": labels,
                "mask": torch.from_numpy(np.load(args.clips + ".mask.npy"))}, out)
    print(out, tuple(torch.cat(latents).shape), flush=True)


if __name__ == "__main__":
    main()
