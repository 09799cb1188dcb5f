"""Writes the package: the ONNX graphs, their configurations and golden values.

usage: export.py [--work DIR] [--out DIR] [--untrained]
Reads vae.pt, text.pt and dit.pt from the work folder (missing: seeded, untrained weights) and
those of upscaler.pt, interpolator.pt and scorer.pt that are there (--untrained: all of them).
"""
import argparse
import json
import os

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from noise import NoiseCarrier
from sampler import Sampler
from text_encoder import LENGTH, VOCABULARY
from tokenizer import Tokenizer
from transformer import MAX_FRAMES
from upscaler import SCALE
from vae import LATENT
from weights import load, load_companions

HERE = os.path.dirname(os.path.abspath(__file__))


def halve(model):
    """Stores large float32 initialisers as float16, each followed by one Cast."""
    graph, casts = model.graph, []
    for tensor in list(graph.initializer):
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < 1024:
            continue
        name = tensor.name
        small = numpy_helper.from_array(
            numpy_helper.to_array(tensor).astype(np.float16), name + "_half")
        graph.initializer.remove(tensor)
        graph.initializer.append(small)
        casts.append(helper.make_node("Cast", [name + "_half"], [name], name=name + "_cast",
                                      to=TensorProto.FLOAT))
    nodes = casts + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)


def write_graph(model, inputs, names, output, axes, path):
    """Exports one module; strips everything that is not the graph itself."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    torch.onnx.export(model, inputs, path, opset_version=17, input_names=names,
                      output_names=[output], dynamic_axes=axes, do_constant_folding=True)
    proto = onnx.load(path)
    halve(proto)
    proto.producer_name, proto.producer_version, proto.doc_string = "flipbook", "1", ""
    proto.graph.name, proto.graph.doc_string = "flipbook", ""
    for node in proto.graph.node:
        node.doc_string = ""
    onnx.checker.check_model(proto, full_check=True)
    onnx.save(proto, path)


class EncoderParameters(torch.nn.Module):
    """The encoder as the package offers it: clip -> mean ++ clamped log variance."""

    def __init__(self, vae):
        super().__init__()
        self.encoder = vae.encoder

    def forward(self, sample):
        mean, logvar = self.encoder(sample).split(LATENT, 1)
        return torch.cat([mean, logvar.clamp(-12.0, 6.0)], 1)


def graphs(vae, text, dit, companions, tokenizer):
    """Name -> (module, tracing inputs, golden inputs, input names, output name, axes)."""
    rng = torch.Generator().manual_seed(5)

    def noise(*shape):
        return torch.randn(*shape, generator=rng)

    def words(*texts):
        ids, mask = tokenizer.batch(texts, LENGTH)
        return torch.tensor(ids), torch.tensor(mask)

    dim = text.dim
    tokens = {0: "batch"}
    video = {0: "batch", 2: "frames", 3: "height", 4: "width"}
    ids, mask = words("a lighthouse at dusk", "snowy mountains at night, fog")
    with torch.no_grad():
        hidden = text(ids, mask)
    trace = (noise(2, 17, 3, 6, 8), torch.tensor([900.0, 20.0]), hidden, mask)
    gold = (noise(1, 17, 2, 4, 6), torch.tensor([750.0]), hidden[:1], mask[:1])
    clip = torch.tanh(noise(1, 3, 5, 32, 48))
    return {
        "text_encoder": (text, (ids, mask), (ids[:1], mask[:1]),
                         ["input_ids", "attention_mask"], "last_hidden_state",
                         dict.fromkeys(["input_ids", "attention_mask", "last_hidden_state"],
                                       tokens)),
        "transformer": (dit, trace, gold,
                        ["hidden_states", "timestep", "encoder_hidden_states",
                         "encoder_attention_mask"], "out_sample",
                        {"hidden_states": video, "timestep": tokens, "out_sample": video,
                         "encoder_hidden_states": tokens, "encoder_attention_mask": tokens}),
        "vae_decoder": (vae.decoder, (noise(2, LATENT, 3, 4, 6),), (noise(1, LATENT, 2, 2, 4),),
                        ["latent_sample"], "sample", {"latent_sample": video, "sample": video}),
        "vae_encoder": (EncoderParameters(vae), (clip.repeat(2, 1, 1, 1, 1),),
                        (clip[:, :, :, :16, :32],), ["sample"], "latent_parameters",
                        {"sample": video, "latent_parameters": video}),
        "noise_carrier": (NoiseCarrier(dit.scene.speeds), (noise(2, LATENT, 3, 6, 8), hidden, mask),
                          (noise(1, LATENT, 3, 4, 6), hidden[:1], mask[:1]),
                          ["noise", "encoder_hidden_states", "encoder_attention_mask"],
                          "carried_noise",
                          {"noise": video, "carried_noise": video,
                           "encoder_hidden_states": tokens, "encoder_attention_mask": tokens}),
        **companion_graphs(companions, hidden, mask),
    }


def companion_graphs(companions, hidden, mask):
    """As `graphs`, of the companions; hidden states and mask are those of two texts."""
    rng = torch.Generator().manual_seed(6)

    def frames(*shape):
        return torch.tanh(torch.randn(*shape, generator=rng))

    picture = {0: "batch", 2: "height", 3: "width"}
    large = {0: "batch", 2: "sample_height", 3: "sample_width"}
    tokens = {0: "batch", 1: "tokens"}
    words = ["encoder_hidden_states", "encoder_attention_mask"]
    specified = {
        "upscaler": ((frames(2, 9, 48, 64),), (frames(1, 9, 32, 48),), ["frames"], "sample",
                     {"frames": picture, "sample": large}),
        "interpolator": ((frames(2, 6, 48, 64),), (frames(1, 6, 32, 48),), ["frames"], "sample",
                         {"frames": picture, "sample": picture}),
        "scorer": ((frames(2, 15, 64, 80), hidden, mask),
                   (frames(1, 15, 64, 64), hidden[:1], mask[:1]), ["frames"] + words, "scores",
                   {"frames": picture, "scores": {0: "batch"}, **dict.fromkeys(words, tokens)}),
    }
    return {name: (companions[name],) + rest for name, rest in specified.items()
            if name in companions}


def write_golden(folder, name, names, inputs, output, result):
    """Raw little-endian values and their description for one graph."""
    def entry(label, tensor):
        array = tensor.numpy()
        kind = "int64" if array.dtype == np.int64 else "float32"
        file = f"{name}.{label}.bin"
        array.astype("<i8" if kind == "int64" else "<f4").tofile(os.path.join(folder, file))
        return {"name": label, "type": kind, "shape": list(array.shape), "file": file}
    return {"graph": f"{name}/model.onnx", "tolerance": 1e-3,
            "inputs": [entry(n, t) for n, t in zip(names, inputs)],
            "outputs": [entry(output, result)]}


def write_golden_clip(folder, args):
    """Writes three frames of one clip as PyTorch draws it from words; -> its entry."""
    request = {"prompt": "A red balloon over green hills at dawn, slow pan right", "seed": 11,
               "frames": 17, "height": 96, "width": 160, "steps": 8, "guidance": 2.5}
    sampler = Sampler(args.work, args.out, request["steps"], request["guidance"], torch.float32)
    at = [0, 8, 16]
    clip = sampler.clips([request["prompt"]], [request["seed"]])[0][:, at]
    pixels = (clip * 255).round().byte().permute(1, 2, 3, 0).contiguous().numpy()
    pixels.tofile(os.path.join(folder, "clip.rgb"))
    return {**request, "at": at, "file": "clip.rgb"}


def write_json(path, value):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2)
        file.write("\n")


def companion_configurations(companions):
    """What the companions add: files, to model_index.json and to manifest.json."""
    details = {"upscaler": ("Upscaler", {"scale": SCALE, "frames": 3}, {"upscale": SCALE}),
               "interpolator": ("Interpolator", {"rate": 2, "frames": 2}, {"interpolation": 2}),
               "scorer": ("Scorer", {"frames": 5, "scores": ["agreement", "quality"]},
                          {"scorer": True})}
    files, index, manifest = {}, {}, {}
    for name in companions:
        kind, config, entry = details[name]
        files[name + "/config.json"] = {"_class_name": kind, **config}
        index[name] = ["flipbook", kind]
        manifest.update(entry)
    return files, index, manifest


def configurations(vae, text, dit, companions):
    """Relative path -> contents of the JSON files."""
    files, index, entries = companion_configurations(companions)
    mean = [round(float(v), 6) for v in vae.mean.flatten()]
    std = [round(float(v), 6) for v in vae.std.flatten()]
    autoencoder = {"_class_name": "FlipbookVae", "latent_channels": LATENT,
                   "latents_mean": mean, "latents_std": std, "scaling_factor": 1.0,
                   "spatial_compression_ratio": 8, "temporal_compression_ratio": 4}
    return {
        "model_index.json": {
            "_class_name": "FlipbookPipeline",
            "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
            "tokenizer": ["transformers", "PreTrainedTokenizerFast"],
            "text_encoder": ["flipbook", "TextEncoder"],
            "transformer": ["flipbook", "DiT"], "noise_carrier": ["flipbook", "NoiseCarrier"],
            "vae_decoder": ["flipbook", "Decoder"], "vae_encoder": ["flipbook", "Encoder"],
            "vae": ["flipbook", "Vae"], **index},
        "scheduler/scheduler_config.json": {
            "_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000,
            "shift": 3.0, "use_dynamic_shifting": False, "base_shift": 0.5, "max_shift": 1.15,
            "base_image_seq_len": 256, "max_image_seq_len": 4096, "invert_sigmas": False,
            "shift_terminal": None, "use_karras_sigmas": False,
            "use_exponential_sigmas": False, "use_beta_sigmas": False},
        "text_encoder/config.json": {
            "_class_name": "TextEncoder", "hidden_size": text.dim, "vocab_size": VOCABULARY,
            "max_position_embeddings": LENGTH, "num_hidden_layers": len(text.blocks)},
        "transformer/config.json": {
            "_class_name": "DiT", "in_channels": 17, "out_channels": LATENT,
            "patch_size": [1, 2, 2], "hidden_size": dit.dim, "num_layers": dit.layers,
            "cross_attention_dim": text.dim, "max_latent_frames": MAX_FRAMES,
            "conditioning": "noisy latents (8), given latents (8), mask (1)"},
        "vae_decoder/config.json": autoencoder,
        "vae_encoder/config.json": autoencoder, **files,
        "manifest.json": {
            "name": "flipbook", "version": 5, "license": "Apache-2.0",
            "tasks": ["text-to-video", "start-frame", "end-frame", "start-and-end-frame",
                      "extend", "loop", "single-frame"],
            "sizes": [{"width": 160, "height": 96}, {"width": 96, "height": 160},
                      {"width": 128, "height": 128}],
            "sizeMultiple": 16, "minSize": 64, "maxWidth": 256, "maxHeight": 256,
            "frameCounts": {"multiple": 4, "offset": 1, "minimum": 1, "maximum": 33},
            "defaultFrameCount": 17, "frameRate": "8/1", "carriesNoise": True,
            **entries,
            "steps": {"default": 16, "draft": 4, "minimum": 1, "maximum": 100},
            "guidance": {"default": 2.5, "minimum": 1.0, "maximum": 10.0},
            "samplers": ["euler"], "negativePrompt": "", "memoryBytes": 300_000_000},
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", default="work")
    parser.add_argument("--out", default=os.path.join(HERE, "package"))
    parser.add_argument("--untrained", action="store_true")
    args = parser.parse_args()
    vae, text, dit = load(args.work)
    companions = load_companions(args.work, args.untrained)
    tokenizer = Tokenizer(os.path.join(args.out, "tokenizer", "tokenizer.json"))
    for path, value in configurations(vae, text, dit, companions).items():
        write_json(os.path.join(args.out, path), value)
    golden = os.path.join(args.out, "golden")
    os.makedirs(golden, exist_ok=True)
    cases = []
    with torch.no_grad():
        for name, (model, trace, gold, names, output, axes) in graphs(
                vae, text, dit, companions, tokenizer).items():
            path = os.path.join(args.out, name, "model.onnx")
            write_graph(model, trace, names, output, axes, path)
            cases.append(write_golden(golden, name, names, gold, output, model(*gold)))
            print(name, os.path.getsize(path))
    texts = ["A lighthouse at Dusk.", "  EXT. CITY SKYLINE - NIGHT\n\nHeavy rain; 2 birds ",
             "Caf\u00e9 \u2603 \u6771\u4eac, na\u00efve", ""]
    write_json(os.path.join(golden, "golden.json"), {
        "byteOrder": "little", "graphs": cases, "clip": write_golden_clip(golden, args),
        "tokens": [{"text": t, "ids": tokenizer.batch([t], LENGTH)[0][0]} for t in texts]})


if __name__ == "__main__":
    main()
