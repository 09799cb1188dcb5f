// Shows the view that the address asks for, and leaves the one before.

import { showJob } from './job.js';
import { showJobs } from './jobs.js';
import { showSubmit } from './submit.js';

const views = [
  [/^#\/new$/, showSubmit, 'new'],
  [/^#\/jobs\/([^/]+)$/, showJob, ''],
  [/^/, showJobs, 'jobs'],
];

const view = document.getElementById('view');
let leave;

/** Shows a view; a person who came by a link is put at its beginning. */
function show(moved) {
  const [pattern, enter, link] = views.find(([candidate]) => candidate.test(location.hash));
  const [, id] = pattern.exec(location.hash);
  leave?.();
  view.replaceChildren();
  for (const anchor of document.querySelectorAll('[data-link]')) {
    if (anchor.dataset.link === link) anchor.setAttribute('aria-current', 'page');
    else anchor.removeAttribute('aria-current');
  }
  leave = enter(view, id && decodeURIComponent(id));
  if (moved) {
    window.scrollTo(0, 0);
    view.focus({ preventScroll: true });
  }
}

document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  view.focus();
});
window.addEventListener('hashchange', () => show(true));
show(false);
