"""A package with two LoRA files, folded here into the networks that its loop runs."""

import json

import onnx
import torch

import pictures

RANK, ALPHA = 2, 1.0
STRENGTHS = {"lora/ink.safetensors": 0.8, "lora/night.safetensors": -0.5}
LAYERS = {
    "lora/ink.safetensors": {"unet": ["query", "key", "enter"], "text_encoder": ["layers.0"]},
    "lora/night.safetensors": {"unet": ["query", "value", "time"]}}
PREFIXES = {"unet": "lora_unet_", "text_encoder": "lora_te_"}


def factors(weight, kind):
    """Of a weight, [out, ...]: [rank, ...] and [out, rank, 1, 1] or [out, rank]."""
    down = torch.randn(RANK, *weight.shape[1:]) * 0.3
    up = torch.randn(weight.shape[0], RANK, *[1] * (weight.dim() - 2)) * 0.3
    return down.to(kind), up.to(kind)


class Loras:
    """What is written, and folded as it is drawn: the one file in kohya's way, one in peft's."""

    def __init__(self):
        self.files = {name: {} for name in STRENGTHS}
        torch.manual_seed(50)
        self.state = torch.get_rng_state()

    def fold(self, component, network, file):
        if component == "unet":
            outside_weights(str(file))
        outside = torch.get_rng_state()
        torch.set_rng_state(self.state)
        for lora, strength in STRENGTHS.items():
            is_kohya = "ink" in lora
            for name in LAYERS[lora].get(component, []):
                weight = network.get_submodule(name).weight.data
                down, up = factors(weight, torch.float16 if is_kohya else torch.float32)
                change = (up.float().flatten(1) @ down.float().flatten(1)).reshape(weight.shape)
                weight += strength * (ALPHA / RANK if is_kohya else 1) * change
                self.add(lora, component, name, down, up)
        self.state = torch.get_rng_state()
        torch.set_rng_state(outside)

    def add(self, file, component, name, down, up):
        if "ink" in file:
            key = PREFIXES[component] + name.replace(".", "_")
            self.files[file][f"{key}.lora_down.weight"] = down
            self.files[file][f"{key}.lora_up.weight"] = up
            self.files[file][f"{key}.alpha"] = torch.tensor(ALPHA).half()
        else:
            self.files[file][f"{component}.{name}.lora_A.weight"] = down
            self.files[file][f"{component}.{name}.lora_B.weight"] = up

    def write(self, folder):
        (folder / "lora").mkdir()
        (folder / "lora.json").write_text(json.dumps(
            [{"file": file, "strength": strength} for file, strength in STRENGTHS.items()],
            indent=2) + "\n")
        for file, tensors in self.files.items():
            (folder / file).write_bytes(safetensors(tensors))


def outside_weights(file):
    """Moves a graph's weights to a file beside it, as those of real models are."""
    graph = onnx.load(file)
    onnx.save_model(graph, file, save_as_external_data=True, location="model.onnx_data",
                    size_threshold=0)


def safetensors(tensors):
    """https://github.com/huggingface/safetensors#format"""
    header, values = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in tensors.items():
        piece = tensor.contiguous().numpy().tobytes()
        header[name] = {"dtype": "F16" if tensor.dtype == torch.float16 else "F32",
                        "shape": list(tensor.shape),
                        "data_offsets": [len(values), len(values) + len(piece)]}
        values += piece
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + values


def stable_diffusion_lora(folder):
    loras = Loras()
    pictures.stable_diffusion(folder, loras.fold)
    loras.write(folder)
