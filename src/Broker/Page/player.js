// Plays rendered shots one after another in a dialog.

import { shotFile } from './api.js';
import { setText } from './dom.js';
import { count } from './words.js';

const part = (name) => document.getElementById(`player-${name}`);
const dialog = document.getElementById('player');
const [title, video, prompt, facts] = ['title', 'video', 'prompt', 'facts'].map(part);
const [previous, next, playOn] = ['previous', 'next', 'on'].map(part);
const still = matchMedia('(prefers-reduced-motion: reduce)');

let shots = [];
let shownId;

const index = () => shots.findIndex((shot) => shot.shotId === shownId);

/** "take 2 of 4, score 0.71", or nothing where there is one take only. */
export function sayTake({ takeCount, takeIndex, score }) {
  if (!(takeCount > 1)) return '';
  if (takeIndex === undefined) return count(takeCount, 'take');
  const scored = score === undefined ? '' : `, score ${score.toFixed(2)}`;
  return `take ${takeIndex + 1} of ${takeCount}${scored}`;
}

/** Brings what is said around the video up to the shots that are there now. */
function sayShown() {
  const place = index();
  const shot = shots[place];
  if (!shot) return;
  setText(title, shot.shotId);
  setText(prompt, shot.prompt);
  setText(facts, [
    `${place + 1} of ${count(shots.length, 'rendered shot')}`,
    count(shot.frameCount, 'frame'),
    shot.cached ? 'was there already' : '',
    sayTake(shot),
    shot.workerId ? `by ${shot.workerId}` : '',
  ].filter(Boolean).join(' · '));
  previous.disabled = place === 0;
  next.disabled = place === shots.length - 1;
}

/** Goes to the shot that many places further, if there is one. */
function step(places) {
  const shot = shots[index() + places];
  if (shot) play(shot.shotId);
}

/** Tells the player which shots can be played: the rendered ones, in film order. */
export function offer(rendered) {
  shots = rendered;
  if (dialog.open) sayShown();
}

/** Plays a rendered shot; where `on`, and those after it. */
export function play(shotId, on = playOn.checked) {
  shownId = shotId;
  playOn.checked = on;
  if (!dialog.open) dialog.showModal();
  sayShown();
  video.poster = shotFile(shots[index()], 'picture');
  video.src = shotFile(shots[index()], 'clip');
  if (!still.matches || on) video.play().catch(() => {});
}

/** Closes the player, if it is open. */
export function closePlayer() {
  if (dialog.open) dialog.close();
}

previous.addEventListener('click', () => step(-1));
next.addEventListener('click', () => step(1));
part('close').addEventListener('click', closePlayer);
video.addEventListener('ended', () => playOn.checked && step(1));
dialog.addEventListener('click', (event) => event.target === dialog && closePlayer());
dialog.addEventListener('keydown', (event) => {
  if (event.target === video) return;
  if (event.key === 'ArrowLeft') step(-1);
  if (event.key === 'ArrowRight') step(1);
});
dialog.addEventListener('close', () => {
  video.pause();
  video.removeAttribute('src');
  video.removeAttribute('poster');
  video.load();
  playOn.checked = false;
});
