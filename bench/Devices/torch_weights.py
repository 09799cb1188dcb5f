"""Turns the ONNX graphs of models/flipbook/package back into weights for its PyTorch modules.

usage: torch_weights.py MODULES OUT : reads MODULES/package, writes OUT/{vae,text,dit}.pt, which
models/flipbook's weights.py reads. Needs PyTorch and onnx. Fails when a weight is left without
a value.
"""
import json
import os
import sys

import onnx
import torch
from onnx import numpy_helper

modules, out = sys.argv[1:]
sys.path.insert(0, modules)
package = os.path.join(modules, "package")

from text_encoder import TextEncoder  # noqa: E402 (found in MODULES)
from transformer import DiT  # noqa: E402
from vae import Vae  # noqa: E402


def values(component):
    """Name of a weight -> its values, float32, of one graph."""
    graph = onnx.load(os.path.join(package, component, "model.onnx")).graph
    stored = {t.name.removesuffix("_half"): numpy_helper.to_array(t) for t in graph.initializer}
    found = {n: v for n, v in stored.items() if not n.startswith("onnx::")}
    for node in graph.node:
        # What a linear layer multiplies by is stored transposed, and named by its node alone.
        for name in node.input:
            if node.op_type == "MatMul" and name.startswith("onnx::") and name in stored:
                layer = ".".join(node.name.strip("/").split("/")[:-1])
                found[layer + ".weight"] = stored[name].T
    return {name: torch.tensor(value).float() for name, value in found.items()}


def fill(model, found):
    """A model's state with the values found; constants that the exporter shared stay."""
    state = model.state_dict()
    missing = [n for n in state if n not in found and not n.endswith((".one", ".zero"))]
    if missing:
        raise SystemExit(f"torch_weights.py: no values for {', '.join(missing)}")
    return {name: found.get(name, value).reshape(value.shape) for name, value in state.items()}


def main():
    with open(os.path.join(package, "vae_decoder", "config.json"), encoding="utf-8") as file:
        config = json.load(file)
    vae = Vae()
    parts = {"decoder." + n: v for n, v in values("vae_decoder").items()}
    parts.update(values("vae_encoder"))
    for name, key in (("mean", "latents_mean"), ("std", "latents_std")):
        parts[name] = torch.tensor(config[key])
    os.makedirs(out, exist_ok=True)
    for name, state in (("vae", fill(vae, parts)),
                        ("text", fill(TextEncoder(), values("text_encoder"))),
                        ("dit", fill(DiT(), values("transformer")))):
        torch.save({name: state}, os.path.join(out, name + ".pt"))


if __name__ == "__main__":
    main()
