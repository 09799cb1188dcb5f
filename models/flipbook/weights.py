"""Reads the trained weights as the package holds them: rounded to half precision."""
import os

import torch

from interpolator import Interpolator
from scorer import Scorer
from text_encoder import TextEncoder
from transformer import DiT
from upscaler import Upscaler
from vae import Vae

COMPANIONS = {"upscaler": Upscaler, "interpolator": Interpolator, "scorer": Scorer}


def ready(model):
    """The model in eval mode, its weights rounded to what the files will hold."""
    for weight in model.parameters():
        weight.data = weight.data.half().float()
    return model.eval()


def load(work):
    """The trained (or seeded) autoencoder, text encoder and transformer, in eval mode."""
    torch.manual_seed(0)
    models = {"vae": Vae(), "text": TextEncoder(), "dit": DiT()}
    for name, model in models.items():
        path = os.path.join(work, name + ".pt")
        if os.path.exists(path):
            model.load_state_dict(torch.load(path)[name])
    return tuple(map(ready, models.values()))


def load_companions(work, untrained=False):
    """Name -> upscaler, interpolator, scorer: those that are trained, or seeded ones of all."""
    torch.manual_seed(1)
    found = {}
    for name, kind in COMPANIONS.items():
        path, model = os.path.join(work, name + ".pt"), kind()
        if os.path.exists(path):
            model.load_state_dict(torch.load(path)[name])
        elif not untrained:
            continue
        found[name] = ready(model)
    return found
