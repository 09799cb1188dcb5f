"""Tokenizers of the miniatures: their files, and what they make of a prompt."""

import json
import struct

MERGES = [("r", "e"), ("re", "d</w>"), ("b", "a"), ("l", "l</w>"), ("ba", "ll</w>"),
          ("s", "e"), ("se", "a</w>"), ("c", "a"), ("ca", "t</w>"), ("o", "n</w>")]
PIECES = ["▁a", "▁red", "▁ball", "▁sea", "▁cat", "▁on", "▁the", "▁", "re", "d", "▁bl", "ur"]


def byte_letters():
    """The printable letter that stands for each byte, in the order of CLIP's vocabulary."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    odd = [byte for byte in range(256) if byte not in plain]
    return [chr(byte) for byte in plain] + [chr(256 + i) for i in range(len(odd))]


class Clip:
    """CLIP's byte-pair encoding with ten merges."""

    length = 77

    def __init__(self, pad=None):
        letters = byte_letters()
        names = letters + [letter + "</w>" for letter in letters]
        names += [first + second for first, second in MERGES]
        names += ["<|startoftext|>", "<|endoftext|>"]
        self.vocabulary = {name: number for number, name in enumerate(names)}
        self.size = len(names)
        self.pad = self.vocabulary["<|endoftext|>"] if pad is None else self.vocabulary[pad]
        self.pad_name = pad or "<|endoftext|>"

    def encode(self, text):
        """77 ids: start, words, end, padding. Good for words of plain letters only."""
        ids = []
        for word in text.lower().split():
            parts = [*word[:-1], word[-1] + "</w>"]
            for first, second in MERGES:
                at = 0
                while at < len(parts) - 1:
                    if (parts[at], parts[at + 1]) == (first, second):
                        parts[at:at + 2] = [first + second]
                    at += 1
            ids += [self.vocabulary[part] for part in parts]
        start, end = self.vocabulary["<|startoftext|>"], self.vocabulary["<|endoftext|>"]
        ids = [start, *ids[:self.length - 2], end]
        return ids + [self.pad] * (self.length - len(ids))

    def write(self, folder):
        folder.mkdir(parents=True)
        (folder / "vocab.json").write_text(json.dumps(self.vocabulary, ensure_ascii=False))
        lines = ["#version: 0.2", *(" ".join(pair) for pair in MERGES)]
        (folder / "merges.txt").write_text("\n".join(lines) + "\n")
        marks = {"bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>",
                 "pad_token": self.pad_name, "unk_token": "<|endoftext|>"}
        (folder / "special_tokens_map.json").write_text(json.dumps(marks, indent=2))
        (folder / "tokenizer_config.json").write_text(json.dumps(
            {"tokenizer_class": "CLIPTokenizer", "model_max_length": self.length,
             "do_lower_case": True, **marks}, indent=2))


class Pieces:
    """A SentencePiece unigram model of a few pieces, as T5 and UMT5 have it."""

    def __init__(self, length, name="T5Tokenizer"):
        letters = [chr(code) for code in range(97, 123)]
        self.length, self.name = length, name
        self.pieces = [("<pad>", 0.0, 3), ("</s>", 0.0, 3), ("<unk>", 0.0, 2)]
        self.pieces += [(piece, -2.0 - 0.1 * i, 1) for i, piece in enumerate(PIECES)]
        self.pieces += [(letter, -9.0 - 0.01 * i, 1) for i, letter in enumerate(letters)]
        self.size = len(self.pieces)

    def encode(self, text):
        """Ids of the most likely pieces, the end, padding; and how many are no padding."""
        text = "▁" + "▁".join(text.split()) if text.split() else ""
        number = {piece: i for i, (piece, _, _) in enumerate(self.pieces)}
        best = [(0.0, [])] + [None] * len(text)
        for end in range(1, len(text) + 1):
            for start in range(max(0, end - 8), end):
                piece = text[start:end]
                if best[start] is None:
                    continue
                if piece in number and self.pieces[number[piece]][2] == 1:
                    score = best[start][0] + self.pieces[number[piece]][1]
                    if best[end] is None or score > best[end][0]:
                        best[end] = (score, best[start][1] + [number[piece]])
        ids = best[-1][1][:self.length - 1] + [1]
        return ids + [0] * (self.length - len(ids)), len(ids)

    def write(self, folder):
        folder.mkdir(parents=True)
        model = b"".join(field(1, field(1, piece.encode()) + single(2, score) + number(3, kind))
                         for piece, score, kind in self.pieces)
        trainer = number(3, 1) + number(40, 2) + number(41, -1) + number(42, 1) + number(43, 0)
        normalizer = field(1, b"identity") + number(3, 1) + number(4, 1) + number(5, 1)
        model += field(2, trainer) + field(3, normalizer)
        (folder / "spiece.model").write_bytes(model)
        (folder / "tokenizer_config.json").write_text(json.dumps(
            {"tokenizer_class": self.name, "model_max_length": self.length,
             "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>",
             "extra_ids": 0}, indent=2))


def varint(value):
    value &= (1 << 64) - 1
    parts = []
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])


def field(key, value):
    return varint(key << 3 | 2) + varint(len(value)) + value


def number(key, value):
    return varint(key << 3) + varint(value)


def single(key, value):
    return varint(key << 3 | 5) + struct.pack("<f", value)
