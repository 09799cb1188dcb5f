// The head of a job's view: its name, how it stands, what it takes, what can be asked of it.

import { button, el, holdButton, setData, setShown, setText } from './dom.js';
import { count, isOpen, jobSentence, jobWord, sayAge, sayGpuTime, sayTimeLeft } from './words.js';

/** A list of facts; those without a value are not shown. */
function makeFacts(names) {
  const node = el('dl', { class: 'facts' });
  const values = names.map(([id, label]) => {
    const value = el('dd', { id });
    const pair = el('div', { hidden: true }, el('dt', { text: label }), value);
    node.append(pair);
    return [pair, value];
  });
  return {
    node,
    set: (...texts) => values.forEach(([pair, value], index) => {
      setText(value, texts[index]);
      setShown(pair, texts[index] !== '');
    }),
  };
}

const renderedIn = (shots) => shots.filter((shot) => shot.status === 'rendered').length;

/** "8 of 12 rendered, 3 there already, 1 missing". */
function sayShots({ shots }) {
  const cached = shots.filter((shot) => shot.cached).length;
  const missing = shots.filter((shot) => ['failed', 'canceled'].includes(shot.status)).length;
  return [
    `${renderedIn(shots).toLocaleString('en')} of ${shots.length.toLocaleString('en')} rendered`,
    cached > 0 ? `${cached.toLocaleString('en')} there already` : '',
    missing > 0 ? `${missing.toLocaleString('en')} missing` : '',
  ].filter(Boolean).join(', ');
}

/** What the state means for this job. */
function saySentence({ status, reason, shots }) {
  const cards = shots.some((shot) => ['failed', 'canceled'].includes(shot.status));
  const more = status === 'completed' && cards ? 'Cards stand in for the shots it lacks.' : '';
  return [jobSentence(status), more, reason].filter(Boolean).join(' ');
}

/**
 * The head around the film and its strip; `ask(verb)` is told what is asked of the job, `playAll`
 * plays what is rendered.
 */
export function makeHead(jobId, { film, strip }, ask, playAll) {
  const title = el('h1', { id: 'job-title', text: jobId });
  const state = el('span', { class: 'state', id: 'job-state' });
  const sentence = el('p', { class: 'sentence', id: 'job-sentence' });
  const hold = holdButton('the job', ask, { id: 'job-hold' });
  const cancel = button('Cancel', () => ask('cancel'), {
    id: 'job-cancel', class: 'danger', 'aria-label': 'Cancel the job' });
  const roll = button('Play so far', playAll, {
    id: 'play-all', 'aria-label': 'Play what is rendered so far' });
  const facts = makeFacts([
    ['fact-shots', 'Shots'], ['fact-left', 'Time left'], ['fact-queue', 'Place in the queue'],
    ['fact-gpu', 'GPU time'], ['fact-frames', 'Length'], ['fact-accepted', 'Accepted'],
    ['fact-id', 'Job'],
  ]);
  const node = el(
    'header', { class: 'job-head', hidden: true },
    el('div', { class: 'head' },
      el('div', { class: 'headline' }, title, state),
      el('div', { class: 'actions' }, roll, hold.node, cancel)),
    sentence, film.node, strip.node, facts.node);
  return {
    node,
    update(job) {
      const open = isOpen(job.status);
      const { outlook } = job;
      const frames = job.shots.reduce((sum, shot) => sum + shot.frameCount, 0);
      setShown(node, true);
      setData(node, 'status', job.status);
      setText(title, job.title || job.jobId);
      setText(state, jobWord(job.status));
      setText(sentence, saySentence(job));
      setShown(sentence, sentence.textContent !== '');
      film.update(job);
      strip.update(
        job.shots, renderedIn(job.shots) / Math.max(1, job.shots.length), sayShots(job));
      facts.set(
        sayShots(job),
        open && outlook && job.status !== 'paused' ? sayTimeLeft(outlook) : '',
        open && outlook ? String(outlook.queuePosition) : '',
        sayGpuTime(job), count(frames, 'frame'), sayAge(job.acceptedAt),
        job.title ? job.jobId : '');
      setShown(roll, !job.files?.reel && renderedIn(job.shots) > 0);
      hold.update(job.status === 'paused');
      setShown(hold.node, ['accepted', 'rendering', 'paused'].includes(job.status));
      setShown(cancel, open);
    },
  };
}
