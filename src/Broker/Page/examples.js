// Three small scripts to start from, one in each form; and a guess at the form of any other.

export const forms = [['text', 'Plain text'], ['fountain', 'Fountain'], ['json', 'JSON']];

const text = `[[film: title Harbour Morning, 2s, crossfade]]

A fishing boat leaves the harbour at dawn, a low sun
[[shot: slow pan right]]

Seagulls fly over rolling waves, drifting clouds
[[shot: pan left]]

A white lighthouse on the rocks in morning light
[[shot: slow zoom in]]
`;

const fountain = `Title: Winter Cabin
Length: 2s

EXT. SNOWY MOUNTAINS - DUSK

Light snow. [[shot: slow pan left]]

DISSOLVE TO:

EXT. SNOW-COVERED HILLS - NIGHT

A cabin with a lit window, snowflakes. [[shot: slow zoom in]]

EXT. ICY MOUNTAIN PEAKS - SUNRISE

Geese flying, a low sun. [[shot: slow tilt up]]
`;

const json = `{
  "title": "A Day in the Air",
  "defaults": { "length": "3s", "camera": "slow pan right" },
  "shots": [
    {
      "id": "morning",
      "prompt": "a red balloon rises over green hills at dawn, a low sun"
    },
    {
      "id": "noon",
      "prompt": "the red balloon drifts over green hills at noon",
      "startKeyframe": { "continues": "morning" }
    },
    {
      "id": "evening",
      "prompt": "the red balloon floats by at sunset, an orange sky",
      "startKeyframe": { "continues": "noon" }
    }
  ]
}
`;

export const examples = { text, fountain, json };

/** The form that a script seems to have. */
export function guessForm(script) {
  if (/^\s*\{/.test(script)) return 'json';
  const heading = /^\s*(INT|EXT|EST|I\/E)[./ ]/im.test(script);
  return heading || /^\s*Title:/i.test(script) ? 'fountain' : 'text';
}
