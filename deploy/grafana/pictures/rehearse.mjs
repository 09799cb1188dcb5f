#!/usr/bin/env node
// rehearse.mjs FOLDER : a farm of two workers with something to look at. Starts `renderfarm up
// --metrics` in FOLDER, makes the films of films.mjs on it, kills a worker now and then, and, when
// every job has ended, draws the dashboards into FOLDER/pictures and stops the farm. Ten minutes
// or so. What was measured stays in FOLDER.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { events, jobs, watched } from './films.mjs';

const patience = 20 * 60;
const settled = 45;
const root = fileURLToPath(new URL('../../..', import.meta.url));
if (process.argv.length !== 3) {
  console.error('rehearse.mjs FOLDER');
  process.exit(2);
}
const folder = path.resolve(process.argv[2]);
const say = words => console.log(`${new Date().toISOString().slice(11, 19)} ${words}`);

// Short times, as suit films of seconds.
const settings = {
  Jobs__Tenants__north: '2', Jobs__Tenants__dunes: '1',
  Broker__CensusPeriod: '00:00:01', Broker__LeaseDuration: '00:00:10',
  Worker__CheckpointPeriod: '00:00:03', Worker__GraceTime: '00:00:01',
};

const up = spawn(path.join(root, 'renderfarm'),
  ['up', '--metrics', '--workers', '2', '--dir', folder],
  { cwd: root, env: { ...process.env, ...settings }, stdio: ['ignore', 'pipe', 'inherit'] });
let output = '';
up.stdout.on('data', text => { output += text; });
const ended = new Promise(resolve => up.on('exit', resolve));

try {
  await makeFilms();
} finally {
  up.kill('SIGINT');
  await ended;
}

async function makeFilms() {
  while (!output.includes('submit ')) {
    if (up.exitCode !== null) throw new Error(`no farm: ${output}`);
    await sleep(200);
  }
  const broker = /page +(\S+)/.exec(output)[1];
  const prometheus = /metrics +(\S+)/.exec(output)[1];
  const started = Date.now();
  say(`Broker ${broker}, Prometheus ${prometheus}`);
  execFileSync(path.join(root, 'deploy/local/watch-film.sh'), [folder, broker, watched]);
  for (const entry of [...jobs, ...events].sort((a, b) => a.at - b.at)) {
    await sleep(Math.max(0, started + entry.at * 1000 - Date.now()));
    if (entry.text) await submit(broker, entry);
    else if (entry.cancel) await send(`${broker}/v1/jobs/${entry.cancel}/cancel`, {});
    else await signal(broker, entry);
  }
  await allEnd(broker, started);
  // The last lines of every graph come to rest.
  await sleep(settled * 1000);
  say('drawing');
  execFileSync(path.join(root, 'deploy/grafana/pictures/draw'),
    [prometheus, path.join(folder, 'pictures'), `${started - 15_000}`, `${Date.now()}`,
      `var-film=${watched}`], { stdio: 'inherit' });
}

async function submit(broker, { jobId, tenant, priority, text }) {
  say(`${jobId} (${tenant}, ${priority})`);
  await send(`${broker}/v1/jobs`, { jobId, tenant, priority, script: { format: 'text', text } });
}

async function send(address, body) {
  const answer = await fetch(address, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${address}: ${answer.status} ${await answer.text()}`);
}

/** Signals a worker once it has a shot and is some steps into it, or at last without one. */
async function signal(broker, { worker, signal: name }) {
  for (let tries = 0; tries < 100; tries++) {
    const shots = (await known(broker)).map(job => job.shots);
    if (shots.flat().some(shot => shot.status === 'leased' && shot.workerId === worker)) break;
    await sleep(200);
  }
  await sleep(5000);
  say(`${name} to ${worker}`);
  const id = processes(up.pid).find(id => fs.readFileSync(`/proc/${id}/environ`, 'latin1')
    .split('\0').includes(`Worker__Id=${worker}`));
  if (id) process.kill(id, `SIG${name}`);
}

/** A process and all below it. */
function processes(id) {
  const children = fs.readdirSync(`/proc/${id}/task`)
    .flatMap(task => fs.readFileSync(`/proc/${id}/task/${task}/children`, 'utf8').split(' '))
    .filter(Boolean).map(Number);
  return [id, ...children.flatMap(processes)];
}

async function known(broker) {
  const answers = await Promise.all(jobs.map(job => fetch(`${broker}/v1/jobs/${job.jobId}`)));
  return Promise.all(answers.filter(answer => answer.ok).map(answer => answer.json()));
}

async function allEnd(broker, started) {
  for (;;) {
    const open = (await known(broker))
      .filter(job => !['completed', 'failed', 'canceled'].includes(job.status));
    if (open.length === 0) return say('every job has ended');
    if (Date.now() - started > patience * 1000) {
      throw new Error(`no end: ${open.map(job => `${job.jobId} ${job.status}`).join(', ')}`);
    }
    await sleep(1000);
  }
}
