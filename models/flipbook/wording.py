"""Captions that do not belong to a clip, though all but one of their attributes do."""
import random

from captions import (BODY, CAMERA, COLOUR, COVER, HEADING, LAKE, STYLE, SUBJECT, TERRAIN, TIME,
                      VALUES, WEATHER, caption)

PAINTED = ("balloon", "train", "house")             # subjects that show their colour
COVERED = ("mountains", "hills", "forest")          # terrains that show their cover
PHRASES = {"time": {k: TIME[k] + HEADING[k] for k in TIME}, "terrain": TERRAIN, "cover": COVER,
           "water": {"lake": LAKE}, "weather": WEATHER, "subject": SUBJECT, "colour": COLOUR,
           "camera": {k: [v.replace("{s}", "") for v in CAMERA[k]] for k in CAMERA},
           "body": BODY, "style": STYLE}


def says(text, label, key):
    """Whether the text mentions the label's value of an attribute, in any of its wordings."""
    colour = COLOUR[label["colour"]]
    wordings = [w.replace("{c}", c) for w in PHRASES[key].get(label[key], []) for c in colour]
    if key == "camera":
        text = text.replace("slow ", "").replace("slowly ", "").replace("gentle ", "")
        text = text.replace("fast ", "").replace("quick ", "").replace("quickly ", "")
    return any(w in text for w in wordings)


def changeable(label):
    """Attributes whose change would be seen in the label's clip."""
    keys = ["time", "terrain", "water", "weather", "subject", "camera", "body", "style"]
    if label["terrain"] in COVERED:
        keys.append("cover")
    if label["subject"] in PAINTED:
        keys.append("colour")
    return keys


def wrong(label, rng, key=None):
    """-> a caption that says one thing of the label differently, and the label it describes.

    `key` is the attribute to change, any by default; (None, None) where that finds no words.
    """
    for _ in range(20):
        name = key or rng.choice(changeable(label))
        other = dict(label)
        other[name] = rng.choice([v for v in VALUES[name] if v != label[name]])
        text = caption(other, rng)
        if says(text, other, name) and not says(text, label, name):
            return text, other
    return None, None


if __name__ == "__main__":
    from captions import sample_label
    demo = random.Random(2)
    for _ in range(12):
        clip = sample_label(demo)
        print(caption(clip, demo), "|", *wrong(clip, demo)[:1])
