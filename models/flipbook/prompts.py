"""Words to try the model with: complete captions of labels, and prompts as people write them."""
from captions import COLOUR, COVER, parts
from probe import COVERED, PAINTED, shows

PROMPTS = [
    # The coast at dusk.
    "A lighthouse by the sea at dusk",
    "sunset over the ocean, a sailboat drifts by, slow pan left",
    "EXT. SEASHORE - EVENING. Seagulls cross the sky. The camera moves closer",
    # The city in the rain.
    "A city skyline at night in the rain",
    "downtown at midnight, heavy rain, neon lights, camera moving right",
    "Black and white film: skyscrapers, thunder and lightning, static shot",
    # Dawn in the desert.
    "A red hot-air balloon over sand dunes at sunrise",
    "the desert at daybreak, drifting mist, slowly zoom out",
    "At first light a train crosses the sahara, the camera pans right",
    # A winter night.
    "A lonely house in falling snow at night",
    "snow-capped mountains under a full moon, late at night, tilt up",
    "frozen lake by a pine forest after dark, snowflakes, static camera",
    # All the rest.
    "Snowy mountains by day, a blue balloon floats by, the camera zooms in",
    "Green hills at dawn in thick fog",
    "An autumn forest by a lake in the evening, camera moving down",
    "A yellow train crosses green hills at noon, fast pan left",
    "The storm breaks over the mountains, lightning",
    "A sailing ship on a raging sea, stormy weather, at night",
    "geese flying over golden autumn hills in the afternoon",
    "A watercolour of a cottage in the meadows, in the morning",
    "An old photograph of a steam train, rolling hills, by day",
    "synthwave: a city skyline at dusk, neon colours, push in",
    "a white lighthouse on a bright day, the sea is calm, crane up",
    "A fishing boat on a mirror lake, mountains at sunrise",
    "Woods in the rain, in daylight, the camera does not move",
    "a house with a blue roof on the hill, cloudy sky, slow zoom out",
    "Birds fly over the city at daybreak, tilt down",
    "A yellow balloon rises over the forest at sunset, crane up",
    "noir, a lighthouse in the fog at night",
    "soft watercolour, a yacht in a bay, sunny sky, pan to the right",
    "EXT. DESERT - NIGHT. The moon. Silence",
    "a farmhouse with a red roof near golden fields at dusk, grey clouds",
    "A red train passes a snowy forest in the early morning, pull back",
    "mountain peaks at noon, no clouds, the camera quickly pans left",
    "heavy rain on a lake, hills in the evening, dolly in",
    "The story begins in a quiet valley at sunrise, a wide river",
]


def full_caption(label, rng):
    """-> a caption that leaves little out, and the set of attributes that it states.

    Only attributes that can be seen as well are in the set (no colour in black and white).
    """
    said = max((parts(label, rng) for _ in range(6)), key=len)
    stated = set(said)
    if label["terrain"] in COVERED and any(w in said["terrain"] for w in COVER[label["cover"]]):
        stated.add("cover")
    if label["subject"] in PAINTED and any(w in said["subject"] for w in COLOUR[label["colour"]]):
        stated.add("colour")
    text = said.pop("terrain") + " " + said.pop("time")
    if "subject" in said:
        text = said.pop("subject") + rng.choice([" near ", " over ", " by "]) + text
    rest = list(said.values())
    rng.shuffle(rest)
    return ", ".join([text] + rest), {name for name in stated if shows(label, name)}
