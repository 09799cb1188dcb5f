"""Byte-level BPE: trains it, writes tokenizer.json, and turns text into ids.

The rule: lower-case, NFC, runs of white space to one space, trim; split into words by
` ?letters+ | ?one digit-like | ?other+`; each word's UTF-8 bytes become the GPT-2 byte
alphabet; merges by rank; at most 46 ids; then <s> ... </s>; pad with 0 to 48.
"""
import collections
import json
import os
import random
import re
import sys
import unicodedata

from captions import FILLER, caption, sample_label

LENGTH, VOCABULARY, SPECIALS = 48, 2048, ["<pad>", "<s>", "</s>"]
PATTERN = r" ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]+"


def byte_alphabet():
    """GPT-2's printable stand-in for each of the 256 bytes."""
    plain = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    table, extra = {b: chr(b) for b in plain}, 0
    for byte in range(256):
        if byte not in table:
            table[byte] = chr(256 + extra)
            extra += 1
    return table


BYTES = byte_alphabet()


def _kind(char):
    if char == " ":
        return "s"
    return {"L": "l", "N": "n"}.get(unicodedata.category(char)[0], "o")


def split(text):
    """Normalised text -> list of words in the byte alphabet."""
    text = unicodedata.normalize("NFC", text.lower())
    text = re.sub(r"\s+", " ", text).strip()
    words, last = [], "n"
    for char in text:
        kind = _kind(char)
        if words and (last == "s" or kind == last and kind in "lo"):
            words[-1] += char
        else:
            words.append(char)
        last = kind
    return ["".join(BYTES[b] for b in word.encode("utf-8")) for word in words]


def train(texts):
    """Learns merges from an iterable of texts; returns (vocabulary dict, merge list)."""
    counts = collections.Counter(word for text in texts for word in split(text))
    words = {word: list(word) for word in counts}
    vocabulary = SPECIALS + [BYTES[b] for b in sorted(BYTES)]
    merges = []
    while len(vocabulary) < VOCABULARY:
        pairs = collections.Counter()
        for word, symbols in words.items():
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] += counts[word]
        if not pairs:
            break
        best = min(pairs, key=lambda p: (-pairs[p], p))
        merges.append(best)
        vocabulary.append(best[0] + best[1])
        for symbols in words.values():
            _merge(symbols, best)
    return {token: i for i, token in enumerate(dict.fromkeys(vocabulary))}, merges


def _merge(symbols, pair):
    i = 0
    while i < len(symbols) - 1:
        if (symbols[i], symbols[i + 1]) == pair:
            symbols[i:i + 2] = [pair[0] + pair[1]]
        i += 1


class Tokenizer:
    """Reads tokenizer.json; ids(text) gives the unpadded ids with <s> and </s>."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            model = json.load(file)["model"]
        self.vocabulary = model["vocab"]
        self.ranks = {tuple(m.split(" ")): i for i, m in enumerate(model["merges"])}
        self.cache = {}

    def _word(self, word):
        symbols = list(word)
        while len(symbols) > 1:
            pairs = [(self.ranks.get(p, 1 << 30), p) for p in zip(symbols, symbols[1:])]
            rank, pair = min(pairs)
            if rank == 1 << 30:
                break
            _merge(symbols, pair)
        return [self.vocabulary[s] for s in symbols]

    def ids(self, text):
        result = []
        for word in split(text):
            if word not in self.cache:
                self.cache[word] = self._word(word)
            result += self.cache[word]
        return [1] + result[:LENGTH - 2] + [2]

    def batch(self, texts, length=None):
        """Texts -> (ids, mask) as lists of lists, padded to `length` or the longest."""
        rows = [self.ids(text) for text in texts]
        length = length or max(map(len, rows))
        ids = [row + [0] * (length - len(row)) for row in rows]
        return ids, [[1] * len(row) + [0] * (length - len(row)) for row in rows]


def write(folder, vocabulary, merges):
    """Writes tokenizer.json and tokenizer_config.json in the Hugging Face format."""
    os.makedirs(folder, exist_ok=True)
    special = [{"id": i, "content": s, "single_word": False, "lstrip": False, "rstrip": False,
                "normalized": False, "special": True} for i, s in enumerate(SPECIALS)]
    ends = {s: {"id": s, "ids": [SPECIALS.index(s)], "tokens": [s]} for s in SPECIALS[1:]}
    left, right = ({"SpecialToken": {"id": s, "type_id": 0}} for s in SPECIALS[1:])
    text = {"Sequence": {"id": "A", "type_id": 0}}
    data = {
        "version": "1.0",
        "truncation": {"direction": "Right", "max_length": LENGTH, "strategy": "LongestFirst",
                       "stride": 0},
        "padding": {"strategy": {"Fixed": LENGTH}, "direction": "Right",
                    "pad_to_multiple_of": None, "pad_id": 0, "pad_type_id": 0,
                    "pad_token": "<pad>"},
        "added_tokens": special,
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "Lowercase"}, {"type": "NFC"},
            {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "},
            {"type": "Strip", "strip_left": True, "strip_right": True}]},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": PATTERN}, "behavior": "Isolated",
             "invert": False},
            {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True,
             "use_regex": False}]},
        "post_processor": {"type": "TemplateProcessing", "single": [left, text, right],
                           "pair": [left, text, right], "special_tokens": ends},
        "decoder": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True,
                    "use_regex": False},
        "model": {"type": "BPE", "dropout": None, "unk_token": None,
                  "continuing_subword_prefix": "", "end_of_word_suffix": "",
                  "fuse_unk": False, "byte_fallback": False, "vocab": vocabulary,
                  "merges": [" ".join(m) for m in merges]},
    }
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": LENGTH,
              "pad_token": "<pad>", "bos_token": "<s>", "eos_token": "</s>",
              "do_lower_case": True, "padding_side": "right"}
    for name, value in (("tokenizer.json", data), ("tokenizer_config.json", config)):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            json.dump(value, file, indent=1, ensure_ascii=False)
            file.write("\n")


if __name__ == "__main__":
    rng = random.Random(7)
    texts = [caption(sample_label(rng), rng) for _ in range(8000)] + FILLER * 20
    here = os.path.dirname(os.path.abspath(__file__))
    folder = os.path.join(*(sys.argv[1:] or [here, "package"]), "tokenizer")
    write(folder, *train(texts))
    print(Tokenizer(os.path.join(folder, "tokenizer.json")).batch(["A lighthouse  at Dusk!"]))
