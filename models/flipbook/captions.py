"""Attributes of a clip and the grammar that puts them into words.

A label is a dict from attribute to value (both str).  `sample_label` draws a consistent one,
`caption` writes one of very many descriptions of it.  Every call gives new wording, so a clip
is never described twice in the same way during training.
"""
import random

VALUES = {
    "time": ["dawn", "day", "dusk", "night"],
    "terrain": ["mountains", "hills", "desert", "forest", "city", "sea"],
    "cover": ["green", "autumn", "snowy"],
    "water": ["none", "lake"],
    "weather": ["clear", "cloudy", "rain", "snow", "fog", "storm"],
    "subject": ["none", "lighthouse", "boat", "balloon", "birds", "train", "house"],
    "colour": ["red", "blue", "yellow"],
    "camera": ["static", "left", "right", "in", "out", "up", "down"],
    "speed": ["slow", "fast"],
    "body": ["none", "sun", "moon"],
    "style": ["colour", "mono", "sepia", "watercolour", "neon"],
}

TIME = {
    "dawn": ["at dawn", "at sunrise", "in the early morning", "at daybreak", "at first light",
             "in morning light", "as the sun rises", "dawn", "sunrise", "early morning",
             "in the morning"],
    "day": ["at noon", "by day", "in daylight", "in the afternoon", "at midday", "day",
            "daytime", "under a blue sky", "in bright light", "on a bright day",
            "in the middle of the day"],
    "dusk": ["at dusk", "at sunset", "in the evening", "at twilight", "dusk", "sunset",
             "golden hour", "as the sun goes down", "under an orange sky", "evening light",
             "at nightfall", "at the end of the day"],
    "night": ["at night", "in the dark", "at midnight", "night", "after dark",
              "under a dark sky", "by night", "in the dead of night", "late at night",
              "in the darkness"],
}
TERRAIN = {
    "mountains": ["mountains", "mountain peaks", "a mountain range", "high mountains",
                  "rocky mountains", "the alps", "steep peaks", "tall mountains",
                  "jagged cliffs and peaks", "summits", "a mountain valley"],
    "hills": ["hills", "rolling hills", "gentle hills", "meadows", "green fields",
              "the countryside", "grassland", "a valley", "farmland", "open fields",
              "low hills", "pasture"],
    "desert": ["a desert", "sand dunes", "dunes", "the desert", "a sandy desert",
               "golden sand dunes", "the sahara", "waves of sand", "a sea of sand"],
    "forest": ["a forest", "woods", "pine trees", "a pine forest", "the forest",
               "fir trees", "deep woods", "woodland", "a line of trees", "tall pines"],
    "city": ["a city", "a skyline", "the city", "skyscrapers", "tall buildings", "downtown",
             "a city skyline", "towers and rooftops", "the town", "an urban skyline",
             "city streets", "a metropolis"],
    "sea": ["the sea", "the ocean", "open water", "waves", "the open sea", "a bay",
            "the coast", "the seashore", "the shore", "a calm sea", "rolling waves"],
}
COVER = {
    "green": ["green", "lush", "summer", "grassy", "spring"],
    "autumn": ["autumn", "golden autumn", "red and orange", "fall-coloured", "rust-coloured"],
    "snowy": ["snowy", "snow-covered", "white", "frozen", "winter", "icy", "snow-capped"],
}
LAKE = ["a lake", "a calm lake", "still water", "water reflecting the sky", "a river",
        "a wide river", "reflections in the water", "a mirror lake", "a pond"]
WEATHER = {
    "clear": ["a clear sky", "clear weather", "a cloudless sky", "clear skies", "no clouds",
              "fine weather"],
    "cloudy": ["clouds", "a cloudy sky", "an overcast sky", "grey clouds", "drifting clouds",
               "overcast", "clouds rolling by"],
    "rain": ["rain", "heavy rain", "falling rain", "a rain shower", "a downpour", "drizzle",
             "a rainy day", "wet weather", "rainfall"],
    "snow": ["snow falling", "falling snow", "snowfall", "snowflakes", "a snow storm",
             "a blizzard", "light snow", "it is snowing"],
    "fog": ["fog", "mist", "thick fog", "a misty haze", "low fog", "a foggy day", "haze",
            "drifting mist"],
    "storm": ["a storm", "a thunderstorm", "lightning", "storm clouds", "dark storm clouds",
              "thunder and lightning", "a raging storm", "a tempest", "stormy weather"],
}
SUBJECT = {
    "lighthouse": ["a lighthouse", "a white lighthouse", "the lighthouse", "a tall lighthouse",
                   "a striped lighthouse", "an old lighthouse", "a lonely lighthouse",
                   "a beacon on the rocks"],
    "boat": ["a boat", "a sailboat", "a small sailing boat", "a ship", "a sailing ship",
             "the boat", "a fishing boat", "a yacht", "a white sail"],
    "balloon": ["a {c} balloon", "a {c} hot-air balloon", "a hot air balloon, {c}",
                "the {c} balloon", "a big {c} balloon"],
    "birds": ["birds", "a flock of birds", "flying birds", "seagulls", "gulls", "a bird flock",
              "birds in flight", "geese flying", "crows", "the birds"],
    "train": ["a train", "a steam train", "a passing train", "a {c} train", "the train",
              "a locomotive with carriages", "a railway train", "a {c} steam train"],
    "house": ["a house", "a small house", "a cottage", "a lonely house", "a cabin",
              "a house with a {c} roof", "the house", "a {c} house", "a farmhouse", "a hut"],
}
SUBJECT_VERB = {
    "lighthouse": ["stands on the rocks", "shines its light", "stands alone", "by the water"],
    "boat": ["drifts by", "sails past", "on the water", "glides along", "rocks on the waves"],
    "balloon": ["floats by", "rises into the sky", "drifts in the sky", "in the air"],
    "birds": ["fly past", "in the sky", "cross the sky", "fly over"],
    "train": ["passes by", "crosses the land", "rolls past", "on its way"],
    "house": ["stands alone", "on the hill", "with a lit window", "in the distance"],
}
COLOUR = {"red": ["red", "crimson", "bright red"], "blue": ["blue", "deep blue", "sky-blue"],
          "yellow": ["yellow", "golden", "bright yellow"]}
CAMERA = {
    "static": ["static camera", "static shot", "the camera does not move", "locked-off shot",
               "still camera", "wide shot"],
    "left": ["the camera {s}pans left", "{s}pan left", "camera {s}moving left",
             "{s}pan to the left"],
    "right": ["the camera {s}pans right", "{s}pan right", "camera {s}moving right",
              "{s}pan to the right"],
    "in": ["the camera {s}zooms in", "{s}zoom in", "{s}push in", "camera {s}moving closer",
           "{s}dolly in"],
    "out": ["the camera {s}zooms out", "{s}zoom out", "{s}pull back", "camera {s}moving away",
            "{s}dolly out"],
    "up": ["the camera {s}tilts up", "{s}tilt up", "camera {s}moving up", "{s}crane up"],
    "down": ["the camera {s}tilts down", "{s}tilt down", "camera {s}moving down",
             "{s}crane down"],
}
SPEED = {"slow": ["slow ", "slowly ", "gentle "], "fast": ["fast ", "quick ", "quickly "]}
BODY = {"sun": ["the sun", "a low sun", "a glowing sun", "sunshine", "the sun in the sky",
                "a sunny sky"],
        "moon": ["the moon", "a full moon", "moonlight", "a bright moon", "moonlit sky"]}
STYLE = {
    "mono": ["black and white", "in black and white", "monochrome", "noir",
             "black and white film"],
    "sepia": ["sepia", "an old photograph", "in sepia", "sepia tone", "vintage photograph"],
    "watercolour": ["watercolour", "watercolor painting", "a watercolour", "painted in pastel",
                    "soft watercolour"],
    "neon": ["neon", "neon colours", "synthwave", "neon lights", "vivid neon style"],
}
FILLER = [
    "cinematic", "beautiful", "film still", "high quality", "detailed", "atmospheric", "calm",
    "moody", "illustration", "animation", "a landscape", "establishing shot", "dramatic",
    "peaceful", "quiet", "epic", "nobody is there", "the story begins", "long ago",
    "anna waits", "we see the place", "silence", "a man remembers", "the wind blows",
    "poster art", "4k", "stylised", "flat colours", "soft light", "later", "continuous",
    "the last scene", "somewhere far away", "she looks on", "he walks alone",
    "the journey goes on", "two friends meet", "it is cold", "a long silence", "fade in",
    "the end",
]
HEADING = {"dawn": ["dawn", "morning"], "day": ["day", "noon", "afternoon"],
           "dusk": ["dusk", "evening", "sunset"], "night": ["night", "midnight"]}


def sample_label(rng):
    """Draws a consistent label from a random.Random."""
    pick = rng.choice
    label = {"time": pick(VALUES["time"]), "terrain": pick(VALUES["terrain"])}
    label["cover"] = rng.choices(VALUES["cover"], [5, 2, 3])[0]
    if label["terrain"] in ("desert", "city", "sea"):
        label["cover"] = "green"
    wet = label["terrain"] in ("mountains", "hills", "forest", "city")
    label["water"] = "lake" if wet and rng.random() < 0.35 else "none"
    label["weather"] = rng.choices(VALUES["weather"], [34, 18, 13, 12, 12, 11])[0]
    if label["terrain"] == "desert" and label["weather"] == "snow":
        label["weather"] = "clear"
    covered = label["terrain"] in ("mountains", "hills", "forest")
    if covered and label["weather"] == "snow" and rng.random() < 0.7:
        label["cover"] = "snowy"
    floats = label["water"] == "lake" or label["terrain"] == "sea"
    options = {"none": 20, "balloon": 14, "birds": 12, "house": 12, "train": 12,
               "lighthouse": 5, "boat": 0}
    if floats:
        options.update(boat=14, lighthouse=16, train=0, house=5)
    if label["terrain"] == "sea":
        options.update(house=0)
    label["subject"] = rng.choices(list(options), list(options.values()))[0]
    label["colour"] = pick(VALUES["colour"])
    label["camera"] = rng.choices(VALUES["camera"], [24, 15, 15, 13, 13, 10, 10])[0]
    label["speed"] = pick(VALUES["speed"])
    bright = label["weather"] in ("clear", "cloudy", "snow")
    body = "moon" if label["time"] == "night" else "sun"
    label["body"] = body if bright and rng.random() < 0.7 else "none"
    label["style"] = rng.choices(VALUES["style"], [82, 5, 4, 5, 4])[0]
    return label


def _subject(label, rng, verb=0.35):
    words = rng.choice(SUBJECT[label["subject"]])
    words = words.replace("{c}", rng.choice(COLOUR[label["colour"]]))
    if rng.random() < verb:
        words += " " + rng.choice(SUBJECT_VERB[label["subject"]])
    return words


def _ground(label, rng):
    words = rng.choice(TERRAIN[label["terrain"]])
    covered = label["terrain"] in ("mountains", "hills", "forest")
    if covered and (label["cover"] != "green" or rng.random() < 0.3):
        article = ""
        for lead in ("a ", "an ", "the "):
            if words.startswith(lead):
                article, words = lead, words[len(lead):]
        adjective = rng.choice(COVER[label["cover"]])
        if article in ("a ", "an "):
            article = "an " if adjective[0] in "aeiou" else "a "
        words = article + adjective + " " + words
    return words


def parts(label, rng):
    """The phrases that describe a label, as a dict from attribute to words."""
    said = {"terrain": _ground(label, rng), "time": rng.choice(TIME[label["time"]])}
    if label["subject"] != "none":
        said["subject"] = _subject(label, rng)
    if label["water"] == "lake":
        said["water"] = rng.choice(LAKE)
    if label["weather"] != "clear" or rng.random() < 0.3:
        said["weather"] = rng.choice(WEATHER[label["weather"]])
    if label["body"] != "none" and rng.random() < 0.6:
        said["body"] = rng.choice(BODY[label["body"]])
    if label["camera"] != "static" and rng.random() < 0.8 or rng.random() < 0.15:
        pace = rng.choice(SPEED[label["speed"]]) if rng.random() < 0.5 else ""
        said["camera"] = rng.choice(CAMERA[label["camera"]]).replace("{s}", pace)
    if label["style"] != "colour":
        said["style"] = rng.choice(STYLE[label["style"]])
    return said


def _sentence(label, said, rng):
    """"a lighthouse by the sea at dusk, in the rain" and its relatives."""
    link = rng.choice(["over ", "in front of ", "near ", "with ", "by "])
    head = said["subject"] + " " + link + said["terrain"] if "subject" in said else \
        said["terrain"]
    text = head + " " + said["time"] if rng.random() < 0.7 else said["time"] + ", " + head
    for key in rng.sample(["water", "weather", "body"], 3):
        if key in said:
            text += rng.choice([" with ", ", ", " and ", " in ", ". ", " under "]) + said[key]
    if "camera" in said:
        text = rng.choice([text + ", " + said["camera"], text + ". " + said["camera"],
                           said["camera"] + ": " + text])
    if "style" in said:
        text = rng.choice([said["style"] + ", " + text, text + ", " + said["style"]])
    return text


def _heading(label, said, rng):
    """A screenplay heading and its action line."""
    place = said.get("subject", said["terrain"])
    if rng.random() < 0.5:
        place = said["terrain"]
    text = "ext. " + place + " - " + rng.choice(HEADING[label["time"]])
    rest = [words for key, words in said.items() if key != "time" and words != place]
    rng.shuffle(rest)
    return text + "".join(". " + words for words in rest)


def caption(label, rng):
    """One description of the label; sometimes incomplete, sometimes with idle words."""
    said = parts(label, rng)
    form = rng.random()
    if form < 0.15:
        text = _heading(label, said, rng)
    elif form < 0.6:
        text = _sentence(label, said, rng)
    else:
        keep = 0.92 if rng.random() < 0.6 else 0.6
        words = [w for w in said.values() if rng.random() < keep] or list(said.values())
        rng.shuffle(words)
        text = rng.choice([", ", ", ", ". ", " and ", " "]).join(words)
    if rng.random() < 0.2:
        idle = rng.choice(FILLER)
        text = rng.choice([idle + ", " + text, text + ", " + idle, text + ". " + idle])
    return text + "." if rng.random() < 0.2 else text


if __name__ == "__main__":
    demo = random.Random(1)
    for _ in range(12):
        print(caption(sample_label(demo), demo))
