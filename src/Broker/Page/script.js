// The text area for a script: a file can be dropped on it, and a line of it can be shown.

import { button, el } from './dom.js';

const mostBytes = 8 * 1024 * 1024;
const forms = { json: 'json', fountain: 'fountain', txt: 'text' };
const placeholder = `A paragraph is a shot. For example:

A small sailing boat glides along at dusk, a low sun

Seagulls fly over rolling waves, drifting clouds`;

/** How far down a text reaches in a text area of the same width. */
function heightOf(area, text) {
  const twin = area.cloneNode();
  twin.removeAttribute('id');
  twin.className = 'script twin';
  twin.value = text;
  area.after(twin);
  const height = twin.scrollHeight;
  twin.remove();
  return height;
}

/**
 * The text area; `hear(text, form)` is told every change, with a form where a file's name says it,
 * `refuse(message)` what is wrong with a file.
 */
export function makeScript(text, hear, refuse) {
  const area = el('textarea', {
    id: 'script', class: 'script', rows: 20, spellcheck: true, placeholder,
    autocapitalize: 'sentences', 'aria-describedby': 'script-help',
    on: { input: () => hear(area.value) },
  });
  area.value = text;
  const chooser = el('input', {
    type: 'file', id: 'file', class: 'unseen', tabindex: -1, accept: '.txt,.fountain,.json',
    'aria-label': 'Script file', on: { change: () => take(chooser.files) },
  });
  const node = el(
    'div', { class: 'drop', on: { dragover, dragleave, drop } },
    el('label', { for: 'script', text: 'Script' }),
    area,
    el(
      'p', { class: 'faint', id: 'script-help' },
      'A paragraph a shot, a Fountain screenplay, or JSON. Drop a file here, or ',
      button('open one', () => chooser.click(), { class: 'link', id: 'open-file' }), '.'),
    chooser);

  function set(script, form) {
    area.value = script;
    area.scrollTop = 0;
    hear(script, form);
    area.focus();
    area.setSelectionRange(0, 0);
  }

  async function take([file]) {
    if (!file) return;
    const ending = file.name.split('.').pop().toLowerCase();
    if (/^(image|video|audio)\//.test(file.type)) {
      refuse('That is no script. Submit a film with images, videos or sound from a terminal.');
    } else if (file.size > mostBytes) refuse(`${file.name} is larger than 8 MiB.`);
    else set(await file.text(), forms[ending] ?? 'auto');
    chooser.value = '';
  }

  function dragover(event) {
    event.preventDefault();
    node.dataset.over = 'true';
  }

  function dragleave() {
    delete node.dataset.over;
  }

  function drop(event) {
    dragleave();
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    take(event.dataTransfer.files);
  }

  /** Selects a line, from 1, and brings it into sight. */
  function showLine(line) {
    const lines = area.value.split('\n');
    const start = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
    const end = start + (lines[line - 1] ?? '').length;
    area.focus();
    area.setSelectionRange(start, end);
    area.scrollTop = heightOf(area, area.value.slice(0, end)) - area.clientHeight / 2;
  }

  return { node, set, showLine };
}
