// The film at a glance: a segment a shot, as wide as the shot is long; and a choice of shots.

import { el, keepChildren, setAttribute, setData, setText } from './dom.js';
import { groupOf } from './shots.js';
import { shotWord } from './words.js';

const roomy = 80;
const choices = [
  ['all', 'All'],
  ['rendered', 'Rendered'],
  ['rendering', 'Rendering'],
  ['waiting', 'Waiting'],
  ['failed', 'Failed'],
];

function makeSegment() {
  const node = el('span');
  return {
    node,
    update(shot) {
      setData(node, 'status', shot.status);
      node.title = `${shot.shotId}: ${shotWord(shot.status)}`;
      node.style.flexGrow = String(shot.frameCount);
    },
  };
}

/** The segments; to a screen reader they are one progress bar, which says them in words. */
export function makeStrip() {
  const node = el('div', {
    class: 'strip', id: 'strip', role: 'progressbar', 'aria-label': 'Rendered shots' });
  const keep = keepChildren(node, (shot) => shot.shotId, makeSegment);
  return {
    node,
    update(shots, part, text) {
      setAttribute(node, 'aria-valuenow', Math.round(100 * part));
      setAttribute(node, 'aria-valuetext', text);
      setData(node, 'dense', String(shots.length > roomy));
      keep(shots);
    },
  };
}

/** The choice which shots of `cards` are shown, with how many there are of each. */
export function makeChoice(cards) {
  const counts = new Map();
  const node = el(
    'fieldset', { class: 'choice', id: 'choice', hidden: true },
    el('legend', { class: 'unseen', text: 'Which shots are shown' }),
    ...choices.map(([group, label]) => {
      const number = el('span', { class: 'number' });
      counts.set(group, number);
      return el(
        'label', {},
        el('input', {
          type: 'radio', name: 'show', value: group, checked: group === 'all',
          on: { change: () => setData(cards, 'show', group) },
        }),
        el('span', {}, `${label} `, number));
    }));
  return {
    node,
    update(shots) {
      const found = { all: shots.length };
      for (const shot of shots) found[groupOf(shot)] = (found[groupOf(shot)] ?? 0) + 1;
      for (const [group, number] of counts) {
        setText(number, (found[group] ?? 0).toLocaleString('en'));
      }
    },
  };
}
