// The job mix of rehearse.mjs: small films of three tenants, and what befalls them. `at` is in
// seconds after the start.

const note = (items, ...prompts) => prompts.map(prompt => `${prompt}\n[[shot: ${items}]]`);

const film = (settings, ...shots) =>
  `[[film: size 160x96, fps 8, ${settings}]]\n\n${shots.flat().join('\n\n')}\n`;

const harbour = film('seed 7, 5f, steps 60',
  note('id quay, takes 2', 'a harbour at dawn, boats at the quay'),
  note('id tide, continues quay', 'the tide comes in'),
  note('id gulls', 'gulls over the sea'),
  note('id beacon, takes 2', 'a lighthouse on a cliff, at dusk'),
  note('id beam, continues beacon', 'the beam of a lighthouse at night'),
  note('id storm', 'the sea in a storm'),
  note('id wreck, steps 100', 'a wreck on the rocks, rain'),
  note('id calm, continues storm', 'the sea lies calm in the morning'),
  note('id hills', 'green hills behind the harbour'),
  note('id farmhouse', 'a house in a village, smoke from its chimney'),
  note('id market, takes 3', 'a market under red umbrellas'),
  note('id dusk', 'boats on the sea, evening'),
  note('id home, continues dusk', 'a boat comes home at night'),
  note('id stars', 'stars over a calm sea'));

const trailer = seed => film(`seed ${seed}, 5f, steps 16`,
  note('takes 2', 'a red balloon over green hills'),
  note('fade', 'a lighthouse at night, fog'));

const feature = seed => film(`seed ${seed}, 5f, steps 40`,
  ...['a desert at dawn', 'a road through dunes', 'a tent in the wind', 'a camel on a dune',
    'a sandstorm', 'the moon over the desert'].map(prompt => note('crossfade 2f', prompt)));

const city = film('seed 11, 5f, steps 40',
  note('takes 2', 'a city at night, rain', 'windows of a train, lights', 'a bridge in fog'),
  note('id neon, takes 2', 'neon signs over a street'),
  note('continues neon', 'a man under an umbrella'));

const long = film('seed 3, 5f, steps 80', note('id snow', 'a forest in deep snow'),
  note('id river, continues snow', 'a frozen river, the sun is low'));

/** The film that the dashboard Job shows. */
export const watched = 'harbour';

/** Jobs, by when they are submitted. A second film with a first one's words is its clips. */
export const jobs = [
  { at: 0, jobId: watched, tenant: 'north', priority: 'normal', text: harbour },
  { at: 15, jobId: 'desert-1', tenant: 'dunes', priority: 'batch', text: feature(1) },
  { at: 35, jobId: 'trailer-1', tenant: 'studio', priority: 'interactive', text: trailer(1) },
  { at: 85, jobId: 'winter', tenant: 'dunes', priority: 'normal', text: long },
  { at: 120, jobId: 'trailer-2', tenant: 'studio', priority: 'interactive', text: trailer(2) },
  { at: 160, jobId: 'trailer-1-again', tenant: 'studio', priority: 'interactive',
    text: trailer(1) },
  { at: 180, jobId: 'desert-2', tenant: 'dunes', priority: 'batch', text: feature(2) },
  { at: 205, jobId: 'city', tenant: 'studio', priority: 'normal', text: city },
  { at: 220, jobId: 'trailer-3', tenant: 'studio', priority: 'interactive', text: trailer(3) },
  { at: 260, jobId: 'desert-1-again', tenant: 'dunes', priority: 'batch', text: feature(1) },
  { at: 280, jobId: 'desert-3', tenant: 'north', priority: 'batch', text: feature(3) },
  { at: 310, jobId: 'trailer-4', tenant: 'studio', priority: 'interactive', text: trailer(4) },
  { at: 335, jobId: 'desert-4', tenant: 'dunes', priority: 'batch', text: feature(4) },
  { at: 360, jobId: 'trailer-2-again', tenant: 'studio', priority: 'interactive',
    text: trailer(2) },
];

/** What befalls the farm: a worker killed or told to stop while it renders, a job canceled. */
export const events = [
  { at: 35, signal: 'KILL', worker: 'worker-2' },
  { at: 80, signal: 'TERM', worker: 'worker-1' },
  { at: 200, cancel: 'desert-2' },
  { at: 240, signal: 'KILL', worker: 'worker-1' },
];
