// The list of films: which are in work, which were made, and how a first one comes about.

import { listJobs } from './api.js';
import { bar, el, keepChildren, setData, setShown, setText } from './dom.js';
import { poll } from './poll.js';
import { count, isOpen, jobWord, sayAge, sayGpuTime } from './words.js';

const openWait = 2;
const endedWait = 10;

/** How many shots are rendered; those missing have a card in their place, or nothing. */
const doneOf = (job) => job.shotCount - job.leftCount - job.missingCount;

/** "8 of 12 shots, 3 there already, 1 missing". */
function sayShots(job) {
  const done = doneOf(job);
  const parts = [done === job.shotCount
    ? count(job.shotCount, 'shot')
    : `${done.toLocaleString('en')} of ${count(job.shotCount, 'shot')}`];
  if (job.cachedCount > 0) parts.push(`${job.cachedCount.toLocaleString('en')} there already`);
  if (job.missingCount > 0) parts.push(`${job.missingCount.toLocaleString('en')} missing`);
  return parts.join(', ');
}

/** One row; all of it leads to the job. */
function makeRow(job) {
  const title = el('span', { class: 'job-title' });
  const state = el('span', { class: 'state' });
  const done = bar('Rendered shots');
  const shots = el('span', { class: 'job-shots' });
  const age = el('time', { class: 'job-age' });
  const used = el('span', { class: 'job-used' });
  const reason = el('span', { class: 'job-reason' });
  const link = el(
    'a', { href: `#/jobs/${encodeURIComponent(job.jobId)}`, class: 'job-link' },
    title, state, done.node, shots, used, age, reason);
  const node = el('li', { class: 'job', data: { job: job.jobId } }, link);
  return {
    node,
    update(now) {
      setData(node, 'status', now.status);
      setText(title, now.title || now.jobId);
      title.title = now.jobId;
      setText(state, jobWord(now.status));
      done.set(doneOf(now) / Math.max(1, now.shotCount), sayShots(now));
      setText(shots, sayShots(now));
      setText(used, `${sayGpuTime(now)} GPU time`);
      setText(reason, now.reason ?? '');
      setShown(reason, Boolean(now.reason));
      age.dateTime = now.endedAt ?? now.acceptedAt;
    },
  };
}

/** A heading with its rows, hidden while there are none. */
function makeGroup(id, heading) {
  const list = el('ul', { class: 'jobs', id });
  const node = el('section', { hidden: true }, el('h2', { text: heading }), list);
  const keep = keepChildren(list, (job) => job.jobId, makeRow);
  return {
    node,
    update(jobs) {
      keep(jobs);
      setShown(node, jobs.length > 0);
      for (const time of list.querySelectorAll('time')) setText(time, sayAge(time.dateTime));
    },
  };
}

/** What a farm without films says. */
const makeEmpty = () => el(
  'section', { class: 'empty', id: 'no-jobs', hidden: true },
  el('h2', { text: 'No films yet' }),
  el('p', { text: 'Write a script, a paragraph a shot, and watch its shots appear here.' }),
  el('p', {}, el('a', { href: '#/new', class: 'button primary', text: 'New film' })),
  el(
    'p', { class: 'faint' },
    'Or from a terminal: ', el('code', { text: 'renderfarm submit FILE' })));

/** Shows the list; answers how to leave it. */
export function showJobs(view) {
  document.title = 'Films · RenderFarm';
  const open = makeGroup('open-jobs', 'In work');
  const ended = makeGroup('ended-jobs', 'Earlier');
  const empty = makeEmpty();
  view.append(
    el(
      'div', { class: 'head' },
      el('h1', { text: 'Films' }),
      el('a', { href: '#/new', class: 'button primary', text: 'New film' })),
    open.node, ended.node, empty);
  const polling = poll(async (signal) => {
    const { body } = await listJobs(signal);
    const jobs = body.jobs ?? [];
    const inWork = jobs.filter((job) => isOpen(job.status));
    open.update(inWork);
    ended.update(jobs.filter((job) => !isOpen(job.status)));
    setShown(empty, jobs.length === 0);
    return inWork.length > 0 ? openWait : endedWait;
  });
  return polling.stop;
}
