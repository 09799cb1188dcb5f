// Lists faults, the worst first, each with its place.

import { button, el } from './dom.js';

const words = { error: 'Error', warning: 'Warning', fixed: 'Fixed' };
const order = Object.keys(words);

/** The line that a place such as "line 12" names, from 1; undefined where it names none. */
const lineOf = (place) => Number(/^line (\d+)/.exec(place ?? '')?.[1]) || undefined;

/** One fault; its place is a button where it can be shown. */
function makeFault(fault, showLine) {
  const line = lineOf(fault.place);
  const place = line && showLine
    ? button(fault.place, () => showLine(line), {
      class: 'fault-place', 'aria-label': `Show ${fault.place}` })
    : el('span', { class: 'fault-place', text: fault.place ?? '' });
  return el(
    'li', { class: 'fault', data: { severity: fault.severity, code: fault.code ?? '' } },
    el('span', { class: 'fault-severity', text: words[fault.severity] ?? fault.severity }),
    place,
    el('span', { class: 'fault-message', text: fault.message ?? fault.code ?? '' }));
}

/** A list of faults; `showLine` is told the line whose place was asked for. */
export const faultList = (faults, showLine) => el(
  'ul', { class: 'faults' },
  ...[...faults]
    .sort((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity))
    .map((fault) => makeFault(fault, showLine)));
