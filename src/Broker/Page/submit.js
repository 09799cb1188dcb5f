// A new film: a script is typed or dropped, and sent; its faults are shown with their places.

import { NoAnswer, submitFilm } from './api.js';
import { button, el, setShown, setText } from './dom.js';
import { examples, forms, guessForm } from './examples.js';
import { faultList } from './faults.js';
import { keepFaults } from './job.js';
import { makeScript } from './script.js';
import { count } from './words.js';

const priorities = [['interactive', 'Interactive'], ['normal', 'Normal'], ['batch', 'Batch']];

/** What was typed, kept while another view is shown. */
const draft = { script: '', form: 'auto', priority: 'normal', cards: false, minutes: '' };
/** The last film that was sent and its job's name: sending it again makes no second job. */
let sent = {};

/** A job's name that no other has. */
const newJobId = () => `film-${[...crypto.getRandomValues(new Uint8Array(8))]
  .map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;

/** A labelled field with a line of help. */
const field = (label, control, help) => el(
  'div', { class: 'field' },
  el('label', { for: control.id, text: label }),
  control,
  help && el('p', { class: 'faint', text: help }));

/** A choice of one that keeps itself in the draft. */
function makeSelect(id, options, key, hear) {
  const select = el('select', {
    id,
    on: { change: () => {
      draft[key] = select.value;
      hear?.();
    } },
  }, ...options.map(([value, text]) => el('option', { value, text })));
  select.value = draft[key];
  return select;
}

/** Minutes as the API's duration. */
function sayBudget(minutes) {
  const whole = Math.round(Number(minutes) * 60);
  const pair = (number) => String(number).padStart(2, '0');
  const days = Math.floor(whole / 86400);
  const clock = [Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60, whole % 60];
  return `${days > 0 ? `${days}.` : ''}${clock.map(pair).join(':')}`;
}

/** What is sent for the draft. */
const makeFilm = () => ({
  script: {
    format: draft.form === 'auto' ? guessForm(draft.script) : draft.form, text: draft.script },
  priority: draft.priority,
  onFailedShot: draft.cards ? 'card' : 'fail',
  budget: Number(draft.minutes) > 0 ? sayBudget(draft.minutes) : undefined,
});

/** Where faults are listed, and a head above them. */
function makeAnswer(showLine) {
  const node = el('section', { id: 'faults', class: 'answer', tabindex: -1, hidden: true });
  return {
    node,
    clear: () => setShown(node, false),
    show(heading, faults) {
      node.replaceChildren(el('h2', { text: heading }), faultList(faults, showLine));
      setShown(node, true);
      node.focus();
    },
  };
}

/** Shows the form; answers how to leave it. */
export function showSubmit(view) {
  document.title = 'New film · RenderFarm';
  const guessed = el('option', { value: 'auto' });
  const form = makeSelect('format', forms, 'form', sayForm);
  form.prepend(guessed);
  form.value = draft.form;
  const script = makeScript(draft.script, (text, ofForm) => {
    draft.script = text;
    if (ofForm) form.value = draft.form = ofForm;
    sayForm();
  }, (message) => answer.show(message, []));
  const answer = makeAnswer(script.showLine);
  const priority = makeSelect('priority', priorities, 'priority');
  const cards = el('input', {
    type: 'checkbox', id: 'cards', on: { change: () => { draft.cards = cards.checked; } } });
  cards.checked = draft.cards;
  const minutes = el('input', {
    type: 'number', id: 'budget', min: 1, step: 1, inputmode: 'numeric', placeholder: 'no limit',
    on: { input: () => { draft.minutes = minutes.value; } } });
  minutes.value = draft.minutes;
  const submit = el('button', {
    type: 'submit', id: 'submit', class: 'primary', title: 'Ctrl+Enter' });
  const page = el(
    'form', { class: 'new', novalidate: true, on: { submit: send, keydown: sendByKey } },
    el(
      'div', { class: 'script-side' },
      el(
        'div', { class: 'starts', role: 'group', 'aria-label': 'Examples' },
        el('span', { class: 'faint', text: 'Examples:' }),
        ...forms.map(([name, label]) => button(
          label, () => script.set(examples[name], 'auto'),
          { class: 'quiet', data: { example: name } }))),
      script.node,
      answer.node),
    el(
      'div', { class: 'settings' },
      field('Format', form),
      field('Priority', priority, 'Interactive goes first, batch when nothing else waits.'),
      field('GPU time at most, in minutes', minutes),
      el(
        'label', { class: 'check' }, cards,
        el('span', { text: 'Go on with a card when a shot cannot be rendered' })),
      submit,
      el(
        'p', { class: 'faint' },
        'A storyboard that refers to images, videos or sound needs those files, too. Submit it '
          + 'from a terminal: ', el('code', { text: 'renderfarm submit FILE' }))));
  view.append(el('h1', { text: 'New film' }), page);
  sayForm();
  setBusy(false);

  function sayForm() {
    const [, label] = forms.find(([name]) => name === guessForm(draft.script));
    setText(guessed, `Guessed: ${label}`);
  }

  function setBusy(busy) {
    submit.disabled = busy;
    setText(submit, busy ? 'Submitting' : 'Submit');
  }

  function sendByKey(event) {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send(event);
  }

  async function send(event) {
    event.preventDefault();
    if (submit.disabled) return;
    answer.clear();
    setBusy(true);
    try {
      const film = makeFilm();
      const said = JSON.stringify(film);
      if (sent.said !== said) sent = { said, jobId: newJobId() };
      tell(await submitFilm({ ...film, jobId: sent.jobId }));
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      answer.show(`${error.message} Your script is kept here. Submit it again in a moment.`, []);
    } finally {
      setBusy(false);
    }
  }

  function tell({ ok, body }) {
    const faults = body.faults ?? [];
    if (ok) {
      sent = {};
      keepFaults(body.jobId, faults);
      location.hash = `#/jobs/${encodeURIComponent(body.jobId)}`;
      return;
    }
    const errors = faults.filter((fault) => fault.severity === 'error').length;
    const heading = errors > 0
      ? `${count(errors, 'error')} to put right`
      : 'The Broker did not accept it';
    answer.show(heading, faults);
  }
}
