"""Puts the package's weights back into a work folder, so that training can go on from them.

usage: unpack.py [PARTS...] --work DIR [--package DIR]
Writes vae.pt, text.pt, dit.pt and the companions' files, as far as they are not there (PARTS: only
these).  Weights come back as the package holds them, rounded to half precision; the optimiser's
state does not.
"""
import argparse
import json
import os

import onnx
import torch
from onnx import numpy_helper

from text_encoder import TextEncoder
from transformer import DiT
from vae import Vae
from weights import COMPANIONS

HERE = os.path.dirname(os.path.abspath(__file__))


def initialisers(path):
    """The float tensors of a graph by the name of the parameter that they hold.

    The exporter turns the weights of linear layers around and drops their names; the node that
    multiplies by them still says where it came from ("/blocks.0/qkv/MatMul").
    """
    graph = onnx.load(path).graph
    held = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
    cast = {node.output[0]: node.input[0] for node in graph.node
            if node.op_type == "Cast" and node.input[0] in held}
    found = {name.replace("_half", ""): value for name, value in held.items()
             if not name.startswith("onnx::")}
    for node in graph.node:
        weight = cast.get(node.input[1], node.input[1]) if len(node.input) > 1 else None
        if node.op_type == "MatMul" and weight in held:
            scope = node.name.strip("/").split("/")[:-1]
            found[".".join(scope) + ".weight"] = held[weight].t().contiguous()
    return {name: value.float() for name, value in found.items() if value.is_floating_point()}


def filled(model, *paths):
    """The model with every parameter taken from the graphs; one that is not there is an error."""
    held = {}
    for path in paths:
        held.update(initialisers(path))
    missing = [name for name, _ in model.named_parameters() if name not in held]
    if missing:
        raise SystemExit(f"{', '.join(paths)}: no weights for {', '.join(missing)}")
    for name, parameter in model.named_parameters():
        parameter.data.copy_(held[name].reshape(parameter.shape))
    return model


def vae_of(package):
    """The autoencoder, of two graphs and the statistics in its configuration."""
    def graph(name):
        return os.path.join(package, name, "model.onnx")

    vae = Vae()
    filled(vae.decoder, graph("vae_decoder"))
    held = {name.replace("encoder.", "", 1): value
            for name, value in initialisers(graph("vae_encoder")).items()}
    for name, parameter in vae.encoder.named_parameters():
        parameter.data.copy_(held[name].reshape(parameter.shape))
    with open(os.path.join(package, "vae_decoder", "config.json"), encoding="utf-8") as file:
        config = json.load(file)
    vae.mean.copy_(torch.tensor(config["latents_mean"]).reshape(vae.mean.shape))
    vae.std.copy_(torch.tensor(config["latents_std"]).reshape(vae.std.shape))
    return vae


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*")
    parser.add_argument("--work", default="work")
    parser.add_argument("--package", default=os.path.join(HERE, "package"))
    args = parser.parse_args()
    os.makedirs(args.work, exist_ok=True)
    plain = {"text": ("text_encoder", TextEncoder), "dit": ("transformer", DiT)}
    plain.update({name: (name, kind) for name, kind in COMPANIONS.items()})
    for part in args.parts or ["vae", *plain]:
        path = os.path.join(args.work, part + ".pt")
        if os.path.exists(path):
            continue
        if part == "vae":
            model = vae_of(args.package)
        else:
            folder, kind = plain[part]
            model = filled(kind(), os.path.join(args.package, folder, "model.onnx"))
        torch.save({part: model.state_dict()}, path)
        print(path, flush=True)


if __name__ == "__main__":
    main()
