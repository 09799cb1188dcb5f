// One job: its head, its film once it is there, and its shots while they are rendered.

import { control, findJob, NoAnswer } from './api.js';
import { confirm } from './confirm.js';
import { announce, button, el, setShown } from './dom.js';
import { faultList } from './faults.js';
import { makeFilm } from './film.js';
import { makeHead } from './head.js';
import { closePlayer, offer, play } from './player.js';
import { poll } from './poll.js';
import { makeShots } from './shots.js';
import { makeChoice, makeStrip } from './strip.js';
import { isOpen, jobWord } from './words.js';

const openWait = 1;
const endedWait = 20;
const fewShots = 8;
const arrivals = new Map();

/** Keeps what was said of a film as it was submitted, to be shown once with its job. */
export function keepFaults(jobId, faults) {
  if (faults.length > 0) arrivals.set(jobId, faults);
}

/** A place for faults that a person can put away. */
function makeNotice(id, heading) {
  const node = el('section', { class: 'notice', id, hidden: true, role: 'status' });
  const clear = () => {
    node.replaceChildren();
    setShown(node, false);
  };
  return {
    node,
    clear,
    show(faults) {
      node.replaceChildren(
        el(
          'div', { class: 'head' },
          el('h2', { text: heading }),
          button('Dismiss', clear, { class: 'quiet' })),
        faultList(faults));
      setShown(node, true);
    },
  };
}

/** What is asked before something is stopped for good. */
const confirmCancel = (name, shotId) => shotId
  ? confirm(
    `Cancel the shot ${shotId}?`,
    'A card takes its place in the film, and that of the shots that continue it.',
    'Cancel the shot')
  : confirm(
    `Cancel ${name}?`,
    'Nothing more is rendered. Clips that are there are used again by the next film with the '
      + 'same shots.',
    'Cancel the job');

/** Says what has changed between two looks at a job. */
function sayChanges(before, job) {
  if (!before) return;
  const failed = job.shots.filter((shot, index) =>
    shot.status === 'failed' && before.shots[index]?.status !== 'failed');
  if (before.status !== job.status) announce(`The job is ${jobWord(job.status).toLowerCase()}.`);
  else if (failed.length > 0) announce(`Failed: ${failed.map((shot) => shot.shotId).join(', ')}.`);
  else if (before.leftCount !== job.leftCount) {
    announce(`${job.shots.length - job.leftCount} of ${job.shots.length} shots are rendered.`);
  }
}

/** Shows a job; answers how to leave it. */
export function showJob(view, jobId) {
  const rendered = (job) => job.shots.filter((shot) => shot.status === 'rendered');
  const unknown = el(
    'section', { class: 'empty', id: 'unknown-job', hidden: true },
    el('h2', { text: 'No such job' }),
    el('p', { text: `The farm does not know ${jobId}. It may have been removed by its age.` }),
    el('p', {}, el('a', { href: '#/', class: 'button', text: 'All films' })));
  const arrival = makeNotice('arrival', 'Accepted, with remarks');
  const refusal = makeNotice('refusal', 'That was not possible');
  const playAll = () => play(rendered(latest)[0].shotId, true);
  const parts = { film: makeFilm(jobId), strip: makeStrip() };
  const head = makeHead(jobId, parts, ask, playAll);
  const shots = makeShots(ask);
  const choice = makeChoice(shots.node);
  view.append(unknown, arrival.node, refusal.node, head.node, choice.node, shots.node);
  document.title = 'Job · RenderFarm';
  if (arrivals.has(jobId)) arrival.show(arrivals.get(jobId));
  arrivals.delete(jobId);
  let latest;

  function update(job) {
    const open = isOpen(job.status);
    sayChanges(latest, job);
    latest = job;
    const share = open ? `${job.shots.length - job.leftCount}/${job.shots.length} · ` : '';
    document.title = `${share}${job.title || jobId} · RenderFarm`;
    head.update(job);
    choice.update(job.shots);
    setShown(choice.node, job.shots.length > fewShots);
    shots.update(job.shots, open);
    offer(rendered(job));
  }

  async function ask(verb, shotId) {
    if (verb === 'cancel' && !await confirmCancel(latest.title || jobId, shotId)) return;
    refusal.clear();
    try {
      const { ok, body } = await control(jobId, verb, shotId);
      if (ok) {
        update(body);
        if (!isOpen(body.status)) view.focus({ preventScroll: true });
      } else refusal.show(body.faults ?? [{ severity: 'error', message: 'It is not known.' }]);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      refusal.show([{ severity: 'error', message: `${error.message} Try again in a moment.` }]);
    }
    polling.now();
  }

  const polling = poll(async (signal) => {
    const { ok, body } = await findJob(jobId, signal);
    setShown(unknown, !ok);
    if (!ok) return endedWait;
    update(body);
    return isOpen(body.status) ? openWait : endedWait;
  });
  return () => {
    polling.stop();
    closePlayer();
  };
}
