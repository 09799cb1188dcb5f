// Speaks to the Broker: every call of the page, and what can be wrong with an answer.

/** The Broker gave no answer that can be used; `kind` is `silent` or `rebuilding`. */
export class NoAnswer extends Error {
  constructor(kind, message, waitSeconds) {
    super(message);
    this.kind = kind;
    this.waitSeconds = waitSeconds;
  }
}

const silent = 'The Broker does not answer.';
const rebuilding = 'The farm is rebuilding its states.';

/** Asks the Broker. Answers `{ ok, status, body }`; throws NoAnswer where it cannot say. */
async function call(method, path, { body, signal } = {}) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      signal,
      cache: 'no-store',
      headers: method === 'POST' ? { 'Content-Type': 'application/json' } : {},
      body: method === 'POST' ? JSON.stringify(body ?? {}) : undefined,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new NoAnswer('silent', silent, 2);
  }
  if (answer.status === 503) {
    const wait = Number(answer.headers.get('Retry-After'));
    throw new NoAnswer('rebuilding', rebuilding, wait > 0 ? Math.min(wait, 30) : 2);
  }
  const unknown = answer.status === 404;
  const odd = method === 'GET' && !answer.ok && !unknown;
  if (odd || answer.status >= 500) throw new NoAnswer('silent', silent, 2);
  const said = await answer.json().catch(() => ({}));
  return { ok: answer.ok, status: answer.status, body: said };
}

/** Where a job is. */
const jobPath = (jobId) => `/v1/jobs/${encodeURIComponent(jobId)}`;

/** Where a rendered shot's clip or picture is: `what` is `clip` or `picture`. */
export const shotFile = (shot, what) => `/v1/clips/${shot.renderKey}/${what}`;

/** Where a film's file is: `what` is `reel`, `contactSheet`, `timeline` or `report`. */
export const filmFile = (jobId, what) => `${jobPath(jobId)}/files/${what}`;

/** The farm's jobs, open ones first. */
export const listJobs = (signal) => call('GET', '/v1/jobs?count=60', { signal });

/** One job and its shots. */
export const findJob = (jobId, signal) => call('GET', jobPath(jobId), { signal });

/** Submits a film. */
export const submitFilm = (film) => call('POST', '/v1/jobs', { body: film });

/** Asks for `pause`, `resume` or `cancel` of a job, or of one shot of it. */
export const control = (jobId, verb, shotId) => call(
  'POST',
  `${jobPath(jobId)}/${verb}${shotId ? `?shot=${encodeURIComponent(shotId)}` : ''}`);
