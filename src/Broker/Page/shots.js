// The shots as cards in film order: a picture once rendered, until then what becomes of it.

import { shotFile } from './api.js';
import {
  bar, button, el, holdButton, keepChildren, setAttribute, setData, setShown, setText,
} from './dom.js';
import { play, sayTake } from './player.js';
import { count, isShotOpen, sayRoughly, shotWord, stageWord } from './words.js';

const mostMisses = 5;
const missWait = 3000;
const page = document.documentElement.style;

/** The group by which a shot is found in the filter. */
export const groupOf = ({ status }) => ({
  rendered: 'rendered', leased: 'rendering', failed: 'failed', canceled: 'failed',
})[status] ?? 'waiting';

/** The part of 1 that the worker has done of the stage it is at. */
const partOf = ({ stepNumber, stepCount }) => (stepCount > 0 ? (stepNumber ?? 0) / stepCount : 0);

/** What the worker does at the moment, or what the shot waits for. */
function sayStage(shot) {
  if (shot.status === 'leased' && shot.stage) {
    const steps = shot.stage === 'rendering' && shot.stepCount > 0;
    return steps ? `Step ${shot.stepNumber ?? 0} of ${shot.stepCount}` : stageWord(shot.stage);
  }
  return isShotOpen(shot.status) && shot.estimatedGpuTime
    ? `Takes ${sayRoughly(shot.estimatedGpuTime)}`
    : '';
}

/** What else there is to know: worker, attempts, takes. */
const sayFacts = (shot) => [
  shot.cached ? 'was there already' : '',
  shot.attemptCount > 1 ? count(shot.attemptCount, 'attempt') : '',
  sayTake(shot),
  shot.workerId ?? '',
].filter(Boolean).join(' · ');

/** Gives every picture area on the page the shape of the film's pictures, within reason. */
function fit(picture) {
  const aspect = picture.naturalWidth / picture.naturalHeight;
  page.setProperty('--aspect', String(Math.max(1, Math.min(2.4, aspect))));
}

/** The picture area: a placeholder that gives way to the picture, once and for all. */
function makeFrame(shotId) {
  const state = el('p', { class: 'shot-state' });
  const stage = el('p', { class: 'shot-stage' });
  const steps = bar(`Progress of ${shotId}`);
  const node = el(
    'div', { class: 'frame' }, el('div', { class: 'slate' }, state, stage), steps.node);
  let picture;
  let misses = 0;

  function reveal(shot) {
    const load = () => {
      picture.src = shotFile(shot, 'picture');
    };
    picture = el('img', {
      loading: 'lazy', decoding: 'async', alt: `Last frame of ${shotId}`,
      on: {
        load: () => {
          setData(picture, 'there', 'true');
          fit(picture);
        },
        error: () => {
          misses += 1;
          if (misses < mostMisses) setTimeout(load, missWait * misses);
        },
      },
    });
    load();
    node.append(picture, button('', () => play(shotId), {
      class: 'play', 'aria-label': `Play ${shotId}`,
    }));
  }

  return {
    node,
    update(shot) {
      setText(state, shotWord(shot.status));
      setText(stage, sayStage(shot));
      setShown(steps.node, shot.status === 'leased');
      steps.set(partOf(shot), sayStage(shot));
      if (shot.status === 'rendered' && !picture) reveal(shot);
    },
  };
}

/** What can be asked of one shot while its job is open. */
function makeActions(shotId, ask) {
  const hold = holdButton(shotId, (verb) => ask(verb, shotId), { class: 'quiet' });
  const cancel = button('Cancel', () => ask('cancel', shotId), {
    class: 'quiet', 'aria-label': `Cancel ${shotId}`, data: { verb: 'cancel' } });
  const node = el('div', { class: 'shot-actions' }, hold.node, cancel);
  return {
    node,
    update(shot, jobIsOpen) {
      setShown(node, jobIsOpen && isShotOpen(shot.status));
      hold.update(shot.status === 'held');
    },
  };
}

/** One shot's card. */
function makeCard(shotId, ask) {
  const frame = makeFrame(shotId);
  const number = el('span', { class: 'shot-number' });
  const prompt = button('', () => setAttribute(
    prompt, 'aria-expanded', prompt.getAttribute('aria-expanded') !== 'true'), {
    class: 'shot-prompt', 'aria-expanded': 'false' });
  const facts = el('p', { class: 'shot-facts' });
  const reason = el('p', { class: 'shot-reason' });
  const actions = makeActions(shotId, ask);
  const node = el(
    'li', { class: 'shot', data: { shot: shotId } },
    frame.node,
    el(
      'div', { class: 'caption' },
      el(
        'h3', {}, number, ' ', el('span', { class: 'shot-id', text: shotId })),
      actions.node),
    prompt, facts, reason);
  return {
    node,
    update({ shot, place }, jobIsOpen) {
      setData(node, 'status', shot.status);
      setData(node, 'group', groupOf(shot));
      setText(number, String(place + 1));
      setText(prompt, shot.prompt);
      prompt.title = shot.prompt;
      setText(facts, sayFacts(shot));
      setText(reason, shot.reason ?? '');
      setShown(reason, Boolean(shot.reason));
      frame.update(shot);
      actions.update(shot, jobIsOpen);
    },
  };
}

/** The cards of a job; `ask(verb, shotId)` is told what is asked of a shot. */
export function makeShots(ask) {
  page.removeProperty('--aspect');
  const node = el('ol', { class: 'shots', id: 'shots', 'aria-label': 'Shots' });
  const keep = keepChildren(
    node, ({ shot }) => shot.shotId, ({ shot }) => makeCard(shot.shotId, ask));
  return {
    node,
    update: (shots, jobIsOpen) =>
      keep(shots.map((shot, place) => ({ shot, place })), jobIsOpen),
  };
}
