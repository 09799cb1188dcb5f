// The finished film: its reel to watch, and its files to take along.

import { filmFile, shotFile } from './api.js';
import { el, setShown } from './dom.js';

const kinds = [
  ['reel', 'Reel', 'MP4'],
  ['contactSheet', 'Contact sheet', 'JPEG'],
  ['timeline', 'Timeline', 'OTIO'],
  ['report', 'Report', 'JSON'],
];

/** "12.3 MB". */
function sayBytes(bytes) {
  const units = ['bytes', 'kB', 'MB', 'GB'];
  const power = bytes > 0 ? Math.min(3, Math.floor(Math.log10(bytes) / 3)) : 0;
  return `${(bytes / 1000 ** power).toFixed(power > 1 ? 1 : 0)} ${units[power]}`;
}

/** The film of a job, hidden until it is there; made once, so that it plays on. */
export function makeFilm(jobId) {
  const node = el('section', { class: 'film', id: 'film', 'aria-label': 'Film', hidden: true });

  function reveal(job) {
    const first = job.shots.find((shot) => shot.status === 'rendered');
    const reel = el('video', {
      id: 'reel', controls: true, playsinline: true, preload: 'metadata',
      'aria-label': `Reel of ${job.title || job.jobId}`,
      poster: first && shotFile(first, 'picture'),
      src: filmFile(jobId, 'reel'),
    });
    const links = kinds.filter(([kind]) => job.files[kind]).map(([kind, label, format]) => el(
      'li', {},
      el(
        'a', {
          href: filmFile(jobId, kind), id: `download-${kind}`, download: '', target: '_blank',
          rel: 'noopener', class: 'download',
        },
        el('span', { text: label }),
        el('span', {
          class: 'faint', text: ` ${format}, ${sayBytes(job.files[kind].byteCount)}` }))));
    node.append(reel, el('ul', { class: 'downloads', 'aria-label': 'Downloads' }, ...links));
  }

  return {
    node,
    update(job) {
      if (job.files?.reel && node.childElementCount === 0) reveal(job);
      setShown(node, node.childElementCount > 0);
    },
  };
}
