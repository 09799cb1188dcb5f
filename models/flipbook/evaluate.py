"""Measures the trained model on captions that it has never seen, or draws a sheet of samples.

usage: evaluate.py WHAT [OUT] --work DIR --package DIR [--count 1000]
WHAT is one of the measures below (reconstruction, attributes, camera, ...); `table`, all of
them, printed in Markdown and written to DIR/metrics.json; or `sheet`, three frames each of the
prompts in prompts.py, written to OUT (DIR/sheet.png) and named in OUT.txt.

Beside each number stands what real clips get, drawn from the same labels and passed through
the autoencoder: the most that the judge, probe or method could give.
"""
import argparse
import functools
import json
import math
import os
import random
import statistics
import time

import torch

import measures
import probe
import scenes
from camera import movement
from captions import sample_label
from pictures import sheet, write_png
from prompts import PROMPTS, full_caption
from sampler import OVERLAP, Sampler

BATCH = 12              # clips that are drawn together
REAL = 256              # real clips at most, FEW clips for the measures that draw anew
FEW = 24
SEED = 50_000_000       # of pictures; far from those that data.py trains on
DRAFT = 4               # steps


def average(values):
    return statistics.fmean(values) if values else float("nan")


def row(name, value, unit="", aim=None, real=None, judged=None):
    """One line of the table; shares are given in per cent.  None: nothing to measure."""
    value, real = (None if x is None or math.isnan(x) else round(x, 3) for x in (value, real))
    return {"name": name, "value": value, "unit": unit, "aim": aim, "real": real,
            "judged": judged}


def look(clip, label):
    """Everything that is measured on a clip [3, T, H, W] once it is decoded."""
    moving = label["camera"] != "static" or label["weather"] in ("rain", "snow", "storm")
    return {"movement": movement(clip), "faults": measures.faults(clip, moving),
            "flicker": measures.flicker(clip)}


class Study:
    """Labels, captions and what was drawn for them; each is made when first asked for."""

    def __init__(self, args):
        rng = random.Random(77)
        self.work, self.sampler = args.work, Sampler(args.work, args.package, args.steps,
                                                     args.guidance)
        self.labels, self.texts, self.stated = [], [], []
        for _ in range(args.count):
            self.labels.append(sample_label(rng))
            text, stated = full_caption(self.labels[-1], rng)
            self.texts.append(text)
            self.stated.append(stated)
        self.drawn = functools.lru_cache(None)(self._drawn)

    @functools.cached_property
    def probe(self):
        return probe.load(self.work)

    def render(self, i, seed=0):
        """The label's real clip [3, T, H, W]."""
        return scenes.render(self.labels[i], SEED + i + 1_000_000 * seed)

    @functools.cached_property
    def real(self):
        """Real clips: (what the probe reads, looks of the decoded clips, PSNR of each)."""
        latents, looks, psnr = [], [], []
        for i, label in enumerate(self.labels[:REAL]):
            clip = self.render(i)
            latents.append(self.sampler.encode(clip[None])[0])
            seen = self.sampler.decode(latents[-1][None])[0]
            psnr.append(measures.psnr(seen, clip))
            looks.append(look(seen, label))
            looks[-1]["undecoded"] = movement(clip)
        return probe.read(self.probe, torch.stack(latents)), looks, psnr

    def _drawn(self, steps=None):
        """Samples: (what the probe reads, looks of the decoded clips)."""
        read, looks = [], []
        for i in range(0, len(self.texts), BATCH):
            texts = self.texts[i:i + BATCH]
            latents = self.sampler.latents(texts, range(i, i + len(texts)), steps=steps)
            read += probe.read(self.probe, latents)
            if steps is None:
                looks += map(look, self.sampler.decode(latents), self.labels[i:])
        return read, looks

    def accuracy(self, name, read):
        """Share in per cent of right answers where the caption states it, and their number."""
        right = [seen[name] == label[name]
                 for seen, label, stated in zip(read, self.labels, self.stated)
                 if name in stated]
        return 100 * average(right), len(right)


def reconstruction(study):
    """How well the autoencoder gives back clips it has never seen."""
    psnr = study.real[2]
    return [row("autoencoder, PSNR", average(psnr), "dB", ">= 30", judged=len(psnr))]


def attributes(study):
    """What the probe sees in samples against what their captions state."""
    aims = {"time": 95, "terrain": 85, "weather": 80, "subject": 80, "colour": 80}
    rows = []
    for name in probe.NAMES:
        value, judged = study.accuracy(name, study.drawn()[0])
        real = study.accuracy(name, study.real[0])[0]
        aim = f">= {aims[name]}" if name in aims else None
        rows.append(row(name, value, "%", aim, real, judged))
    return rows


def camera(study):
    """Movement by phase correlation where it is stated; not over open sea, see camera.py."""
    def share(looks, name="movement"):
        right = [seen[name] == label["camera"]
                 for seen, label, stated in zip(looks, study.labels, study.stated)
                 if "camera" in stated and label["terrain"] != "sea"]
        return 100 * average(right), len(right)

    value, judged = share(study.drawn()[1])
    looks = study.real[1]
    return [row("camera", value, "%", ">= 85", share(looks)[0], judged),
            row("camera, method on undecoded clips", share(looks, "undecoded")[0], "%", ">= 90",
                judged=share(looks)[1])]


def given(study):
    """Fidelity to a first or last picture that is given, beside the autoencoder's own."""
    few, rows = range(min(FEW, len(study.texts))), []
    texts, seeds = [study.texts[i] for i in few], [SEED + i for i in few]
    clips = torch.stack([study.render(i) for i in few])
    start, end = clips[:, :, :1], clips[:, :, -1:]

    def psnr(made, picture):
        return average(list(map(measures.psnr, made, picture)))

    ends = batches(study.sampler.clips, texts, seeds, start=start, end=end)
    for name, k, picture in (("start", 0, start), ("end", -1, end)):
        own = psnr(study.sampler.decode(study.sampler.encode(picture)), picture)
        alone = batches(study.sampler.clips, texts, seeds, **{name: picture})
        for words, made in (("alone", alone), ("with the other", ends)):
            rows.append(row(f"given {name} picture {words}, PSNR", psnr(made[:, :, k, None],
                            picture), "dB", f">= {own - 2:.1f}", own, len(few)))
    return rows


def seams(study):
    """The change from frame to frame where a clip is gone on from or begins anew."""
    few = range(min(FEW, len(study.texts)))
    texts, seeds = [study.texts[i] for i in few], list(few)
    old = batches(study.sampler.clips, texts, seeds)
    new = batches(study.sampler.extensions, texts, [SEED + i for i in few], old=old)
    loops = batches(study.sampler.loops, texts, seeds)
    real = [measures.seam(clip[:, :OVERLAP], clip[:, OVERLAP:]) for clip in old]
    return [row("seam of an extension", statistics.median(map(measures.seam, old, new)), "",
                "<= 1.5", statistics.median(real), len(few)),
            row("seam of a loop", statistics.median(map(measures.seam, loops, loops)), "",
                None, statistics.median(real), len(few))]


def faults(study):
    """Share of clips with a fault beyond taste."""
    looks, real = study.drawn()[1], study.real[1]
    kinds = ["not finite", "black", "frozen", "strobing", "garish"]
    rows = [row("clips that fail a check", 100 * average([bool(x["faults"]) for x in looks]),
                "%", "< 0.5", 100 * average([bool(x["faults"]) for x in real]), len(looks))]
    return rows + [row("  " + kind, 100 * average([kind in x["faults"] for x in looks]), "%",
                       None, 100 * average([kind in x["faults"] for x in real]), len(looks))
                   for kind in kinds]


def draft(study):
    """Points of accuracy, averaged over the attributes, that a draft loses."""
    def mean(read):
        pairs = [study.accuracy(name, read) for name in probe.NAMES]
        return average([share for share, judged in pairs if judged])

    full, quick = mean(study.drawn()[0]), mean(study.drawn(DRAFT)[0])
    return [row("attributes, their average", full, "%", judged=len(study.texts)),
            row(f"points lost by a draft of {DRAFT} steps", full - quick,
                judged=len(study.texts))]


def seconds(study):
    """Wall time of one clip of 17 frames at 160x96, from words to pictures."""
    times = []
    for seed in range(4):
        start = time.perf_counter()
        study.sampler.clips(study.texts[:1], [seed])
        times.append(time.perf_counter() - start)
    return [row("one clip on this machine", statistics.median(times[1:]), "s")]


def variety(study):
    """Difference between seeds of one caption, and flicker."""
    few, seeds = range(min(6, len(study.texts))), range(6)
    ours = [measures.spread(study.sampler.clips([study.texts[i]] * len(seeds), seeds))
            for i in few]
    real = [measures.spread(torch.stack([study.render(i, seed) for seed in seeds]))
            for i in few]
    flicker = [average([x["flicker"] for x in looks])
               for looks in (study.drawn()[1], study.real[1])]
    return [row("distance between seeds", 255 * average(ours), "/ 255", None,
                255 * average(real), len(few) * len(seeds)),
            row("flicker", flicker[0], "/ 255", None, flicker[1], len(study.texts))]


def batches(draw, texts, seeds, **parts):
    """Calls draw(texts, seeds, parts) batch by batch; every part is cut as the texts are."""
    return torch.cat([
        draw(texts[i:i + BATCH], seeds[i:i + BATCH],
             **{name: part[i:i + BATCH] for name, part in parts.items()})
        for i in range(0, len(texts), BATCH)])


MEASURES = {m.__name__: m for m in (reconstruction, attributes, camera, given, seams, faults,
                                    draft, seconds, variety)}


def markdown(rows):
    """Rows as lines of a table: measure, value, aim, real clips, number judged."""
    def cell(value, unit):
        return "" if value is None else f"{value:.1f} {unit}".strip()
    return "\n".join(f"| {r['name']} | {cell(r['value'], r['unit'])} | {r['aim'] or ''} | "
                     f"{cell(r['real'], r['unit'])} | {r['judged'] or ''} |" for r in rows)


def show_table(study, args):
    """Prints each measure as it is done; metrics.json holds those that are done so far."""
    start, settings = time.time(), {k: getattr(args, k) for k in ("count", "steps", "guidance")}
    rows = []
    for measure in MEASURES.values():
        rows += (new := measure(study))
        print(markdown(new), flush=True)
        with open(os.path.join(args.work, "metrics.json"), "w", encoding="utf-8") as file:
            json.dump({**settings, "seconds": round(time.time() - start), "rows": rows}, file,
                      indent=1)


def show_sheet(sampler, out):
    """36 clips in three columns, each its first, middle and last frame."""
    clips = batches(sampler.clips, PROMPTS, list(range(len(PROMPTS))))
    write_png(out, sheet(clips, 3, 3))
    with open(os.path.splitext(out)[0] + ".txt", "w", encoding="utf-8") as file:
        file.writelines(f"{i + 1}. {text}\n" for i, text in enumerate(PROMPTS))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["table", "sheet", *MEASURES])
    parser.add_argument("out", nargs="?")
    parser.add_argument("--work", default="work")
    parser.add_argument("--package", default="package")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--steps", type=int, default=16)
    parser.add_argument("--guidance", type=float, default=2.5)
    args = parser.parse_args()
    torch.set_num_threads(2)
    torch.set_flush_denormal(True)
    study = Study(args)
    if args.what == "sheet":
        show_sheet(study.sampler, args.out or os.path.join(args.work, "sheet.png"))
        return
    print("| measure | value | aim | real clips | judged |\n" + "| --- " * 5 + "|", flush=True)
    if args.what == "table":
        show_table(study, args)
    else:
        print(markdown(MEASURES[args.what](study)))


if __name__ == "__main__":
    main()
