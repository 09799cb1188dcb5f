// Says states, times and counts in plain words.

const jobWords = {
  accepted: 'Accepted',
  rendering: 'Rendering',
  stitching: 'Stitching',
  paused: 'Paused',
  completed: 'Completed',
  failed: 'Failed',
  canceled: 'Canceled',
};

const jobSentences = {
  accepted: 'The shots are being planned.',
  rendering: 'Shots are being rendered.',
  stitching: 'Every clip is there. The reel is being joined.',
  paused: 'Nothing new starts. Clips under way are still taken.',
  failed: 'The film could not be made.',
  canceled: 'The job was stopped.',
};

const shotWords = {
  waiting: 'Waits for another shot',
  ready: 'Queued',
  leased: 'Rendering',
  delayed: 'To be tried again',
  held: 'Paused',
  rendered: 'Rendered',
  failed: 'Failed',
  canceled: 'Canceled',
};

const stageWords = {
  loading: 'Loading the model',
  rendering: 'Rendering',
  encoding: 'Writing the clip',
  uploading: 'Storing the clip',
};

export const jobWord = (status) => jobWords[status] ?? status;
export const jobSentence = (status) => jobSentences[status] ?? '';
export const shotWord = (status) => shotWords[status] ?? status;
export const stageWord = (stage) => stageWords[stage] ?? stage;

/** True until a job's end. */
export const isOpen = (status) => !['completed', 'failed', 'canceled'].includes(status);

/** True until a shot's end. */
export const isShotOpen = (status) => !['rendered', 'failed', 'canceled'].includes(status);

/** "1 shot", "2 shots". */
export const count = (number, noun) =>
  `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;

/** Seconds in a duration such as "1.02:03:04.5"; NaN where it is none. */
function seconds(duration) {
  const parts = /^(?:(\d+)\.)?(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(duration ?? '');
  if (!parts) return NaN;
  const [, days = 0, hours, minutes, rest] = parts;
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(rest);
}

/** A duration's two largest units: "1 h 5 min", "2 min 3 s", "12 s". */
function sayDuration(duration) {
  const whole = Math.round(seconds(duration));
  if (Number.isNaN(whole)) return '';
  const units = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const first = Math.max(0, units.findIndex(([size]) => whole >= size));
  if (whole === 0) return '0 s';
  return units.slice(first, first + 2)
    .map(([size, name], index) => [
      Math.floor((index === 0 ? whole : whole % units[first][0]) / size), name])
    .filter(([number]) => number > 0)
    .map(([number, name]) => `${number} ${name}`)
    .join(' ');
}

/** A forecast, no finer than it can be: "less than a minute", "2 min", "3 h". */
export function sayRoughly(duration) {
  const whole = seconds(duration);
  if (whole < 50) return 'less than a minute';
  if (whole < 5400) return `${Math.round(whole / 60)} min`;
  if (whole < 129600) return `${Math.round(whole / 3600)} h`;
  return `${Math.round(whole / 86400)} d`;
}

/** How long a moment is past: "just now", "5 min ago", "3 d ago". */
export function sayAge(moment) {
  const past = (Date.now() - Date.parse(moment)) / 1000;
  if (Number.isNaN(past)) return '';
  if (past < 60) return 'just now';
  if (past < 3600) return `${Math.floor(past / 60)} min ago`;
  if (past < 86400) return `${Math.floor(past / 3600)} h ago`;
  return `${Math.floor(past / 86400)} d ago`;
}

/** GPU time used, and the budget that it counts against. */
export function sayGpuTime({ gpuTime, budget }) {
  const used = sayDuration(gpuTime);
  return budget ? `${used} of ${sayDuration(budget)}` : used;
}

/** "about 2 min, 4 min at most nine times of ten". */
export function sayTimeLeft({ etaP50, etaP90 }) {
  const likely = sayRoughly(etaP50);
  const most = sayRoughly(etaP90);
  const about = likely.startsWith('less') ? likely : `about ${likely}`;
  return likely === most ? about : `${about}, ${most} at most nine times of ten`;
}
