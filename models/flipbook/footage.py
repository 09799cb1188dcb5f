"""Clips for the companions: drawn, drawn large, and passed through the autoencoder.

Everything is drawn once and kept in the work folder.  Pictures are uint8, clips [N, 3, T, H, W].
The last HELD_OUT clips of each file are never trained on.
"""
import os
import random

import torch
from torch.multiprocessing import Pool

from captions import sample_label
from data import to_float
import scenes
from vae import Vae

HELD_OUT = 32


def to_bytes(clip):
    """[-1, 1] -> uint8."""
    return ((clip.clamp(-1, 1) + 1) * 127.5).round().byte()


def draw(jobs):
    """(label, seed, arguments of scenes.render)s -> uint8 tensors [3, T, H, W]."""
    torch.set_num_threads(1)
    with torch.no_grad():
        return [(scenes.render(label, seed, **how) * 255).round().byte().numpy()
                for label, seed, how in jobs]


def draw_all(jobs):
    """Lists of jobs -> lists of clips, one after another, drawn by two processes."""
    with Pool(2) as pool:
        for clips in pool.imap(draw, jobs, chunksize=2):
            yield [torch.from_numpy(clip) for clip in clips]


def cached(path, make):
    """What `make` returns, kept in a file."""
    if not os.path.exists(path):
        torch.save(make(), path + ".new")
        os.replace(path + ".new", path)
    return torch.load(path)


class Autoencoder:
    """The trained autoencoder in bfloat16, for uint8 clips [3, T, H, W]."""

    def __init__(self, work):
        self.vae = Vae().eval()
        self.vae.load_state_dict(torch.load(os.path.join(work, "vae.pt"))["vae"])
        self.vae.bfloat16()

    @torch.no_grad()
    def again(self, clip, murk=0.0):
        """The clip encoded and decoded; `murk` is the share of noise in its latents."""
        latent = self.vae.encode(to_float(clip)[None].bfloat16())
        latent = latent + (torch.randn_like(latent) - latent) * murk
        return to_bytes(self.vae.decode(latent)[0].float())

    def all(self, clips, murk=None):
        """`again` of every clip [N, 3, T, H, W]; murk [N]."""
        out = torch.empty_like(clips)
        for i, clip in enumerate(clips):
            out[i] = self.again(clip, 0.0 if murk is None else float(murk[i]))
            if i % 50 == 49:
                print(f"coded {i + 1}", flush=True)
        return out


def labels_of(count, seed):
    """(label, seed to draw it with) of `count` clips."""
    rng = random.Random(seed)
    return [(sample_label(rng), seed * 1_000_003 + i) for i in range(count)]


def footage(work, count=400, large=2):
    """Clips at 8 frames a second.

    -> "labels"; "clean" and "coded" [N, 3, 17, 96, 160], as drawn and from the autoencoder;
    "large" [N, 3, large, 384, 640], those frames four times the size whose indices are "at".
    """
    def drawn():
        clips, rng = labels_of(count, 31), random.Random(1)
        at = [sorted(rng.sample(range(17), large)) for _ in clips]
        jobs = ([(*clip, {}), (*clip, {"at": picks, "height": 384, "width": 640})]
                for clip, picks in zip(clips, at))
        clean, big = map(torch.stack, zip(*draw_all(jobs)))
        return {"labels": [label for label, _ in clips], "clean": clean, "large": big,
                "at": torch.tensor(at)}

    data = cached(os.path.join(work, "drawn.pt"), drawn)
    data["coded"] = cached(os.path.join(work, "coded.pt"),
                           lambda: Autoencoder(work).all(data["clean"]))
    return data


def quick(work, count=160):
    """Clips at 16 frames a second: "clean" and "coded" [N, 3, 33, 96, 160]."""
    def drawn():
        jobs = ([(*clip, {"frames": 33, "rate": 16.0})] for clip in labels_of(count, 32))
        return torch.stack([clip for clip, in draw_all(jobs)])

    clean = cached(os.path.join(work, "drawn16.pt"), drawn)
    return {"clean": clean, "coded": cached(os.path.join(work, "coded16.pt"),
                                            lambda: Autoencoder(work).all(clean))}


def stills(work, count=1000, murky=160):
    """Five frames of clips, for the scorer: groups of one size each.

    -> dicts of "labels", "frames" uint8 [N, 3, 5, H, W] and "murk" [N], the share of noise in
    their latents: coded clips without and with it, then more clips as they are drawn.
    """
    data, at = footage(work), [0, 4, 8, 12, 16]

    def blurred():
        murk = torch.rand(murky, generator=torch.Generator().manual_seed(9)) * .7
        return murk, Autoencoder(work).all(data["clean"][:murky], murk)[:, :, at]

    def drawn():
        for seed, part, height, width in ((33, 1.0, 96, 160), (34, .3, 160, 96),
                                          (35, .3, 128, 128)):
            clips = labels_of(int(count * part), seed)
            jobs = ([(*clip, {"at": at, "height": height, "width": width})] for clip in clips)
            yield ([label for label, _ in clips],
                   torch.stack([clip for clip, in draw_all(jobs)]), torch.zeros(len(clips)))

    murk, frames = cached(os.path.join(work, "murky.pt"), blurred)
    groups = [(data["labels"], data["coded"][:, :, at], torch.zeros(len(data["labels"]))),
              (data["labels"][:murky], frames, murk),
              *cached(os.path.join(work, "stills.pt"), lambda: list(drawn()))]
    return [dict(zip(("labels", "frames", "murk"), group)) for group in groups]
