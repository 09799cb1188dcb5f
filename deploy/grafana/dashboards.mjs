#!/usr/bin/env node
// node dashboards.mjs : writes dashboards/*.json, which Grafana reads. They are committed; a test
// fails when they are not what this makes. Expressions take a gauge of the Brokers once (max),
// however many Brokers there are, and add up counters. Limits are those of the alerts.
import fs from 'node:fs';
import { bars, choice, dashboard, graph, row, stat, text, timeline } from './panels.mjs';

const perMinute = 'suffix:/min';
const perHour = 'suffix:/h';
const rate = (metric, by = '') => `sum${by && ` by (${by})`} (rate(${metric}[$__rate_interval]))`;
const once = (metric, by) => `sum by (${by}) (max by (model, state, status) (${metric}))`;
const quantile = (q, metric, by = '') =>
  `histogram_quantile(${q}, sum by (le${by && `, ${by}`}) (rate(${metric}_bucket[5m])))`;
// A line at nought where there is no series yet, so that an empty graph means a fault.
const orNone = (label, expr) =>
  `(${expr} or on () label_replace(vector(0), "${label}", "none", "", ""))`;

// One colour for one state, wherever it is shown.
const states = [['waiting', 'gray'], ['ready', 'blue'], ['delayed', 'orange'],
  ['held', 'purple'], ['leased', 'yellow'], ['rendered', 'green'], ['failed', 'red'],
  ['canceled', 'dark-red']];
const stateColors = Object.fromEntries(states);

const farm = dashboard('farm', 'Farm', 'Throughput, backlog, and when it will be done.', [
  stat('Shots a minute', perMinute, `60 * ${rate('renderfarm_shots_rendered_total')}`,
    'Shots that got a clip, from the cache too.'),
  stat('Frames a minute', perMinute, `60 * ${rate('renderfarm_frames_rendered_total')}`),
  stat('Backlog', 's', 'sum(max by (model) (renderfarm_backlog_gpu_seconds))',
    'GPU-seconds that everything accepted still needs, by what frames cost so far.'),
  stat('Done in', 's', 'max(renderfarm:backlog_eta_seconds)',
    'The backlog over the workers that are there, for the model that takes longest.'),
  stat('Longest wait now', 's', 'max(renderfarm_queue_age_seconds)',
    'How long the shot waits for a worker that has waited longest.',
    { limits: [[600, 'orange'], [3600, 'red']] }),
  stat('Workers', 'short', 'sum(max by (model, state) (renderfarm_workers))'),
  graph('Shots a minute', perMinute,
    [[`60 * ${rate('renderfarm_shots_rendered_total', 'model, source')}`, '{{model}} {{source}}']],
    'Rendered, or found in the store.', { stack: true }),
  graph('Frames a minute', perMinute,
    [[`60 * ${rate('renderfarm_frames_rendered_total', 'model, source')}`,
      '{{model}} {{source}}']], '', { stack: true }),
  graph('Film a minute', 's', [[`60 * ${rate('renderfarm_film_time_seconds_total', 'source')}`,
    '{{source}}']], 'Seconds of film that became ready in a minute.', { stack: true }),
  row('Backlog'),
  graph('Shots', 'short', [[once('renderfarm_shots', 'state'), '{{state}}']],
    'Shots that are not done: ready for a worker, with one, delayed after a failure, or waiting '
      + 'for a shot that they continue.', { stack: true, colors: stateColors }),
  graph('Jobs', 'short', [[once('renderfarm_jobs', 'status'), '{{status}}']], '', { stack: true }),
  graph('Work', 's', [
    ['max by (model) (renderfarm_ready_gpu_seconds)', '{{model}} ready or rendering'],
    ['max by (model) (renderfarm_backlog_gpu_seconds)', '{{model}} all'],
  ], 'GPU-seconds; what is ready is what workers are scaled by.'),
  row('Waiting'),
  graph('Wait of a shot', 's', [
    [quantile(0.5, 'renderfarm_queue_wait_seconds', 'priority'), '{{priority}} half'],
    [quantile(0.95, 'renderfarm_queue_wait_seconds', 'priority'), '{{priority}} 95 of 100'],
  ], 'From ready to claimed by a worker.'),
  graph('Longest wait', 's', [['max by (model) (renderfarm_queue_age_seconds)', '{{model}}']]),
  graph('Time of a job', 's', [
    [quantile(0.5, 'renderfarm_job_duration_seconds', 'status'), '{{status}} half'],
    [quantile(0.95, 'renderfarm_job_duration_seconds', 'status'), '{{status}} 95 of 100'],
  ], 'From accepted to ended.'),
  graph('Jobs accepted an hour', perHour,
    [[`3600 * ${rate('renderfarm_jobs_accepted_total', 'priority')}`, '{{priority}}']], '',
    { stack: true, size: [12, 7] }),
  graph('Jobs ended an hour', perHour,
    [[`3600 * ${rate('renderfarm_jobs_ended_total', 'status')}`, '{{status}}']], '',
    { stack: true, size: [12, 7] }),
]);

const third = { size: [8, 4] };
const job = dashboard('job', 'Job', 'One film, shot by shot, as a timeline.', [
  stat('Shots left', 'short', 'max(renderfarm_film_left_shots{film="$film"})', '', third),
  stat('Done', 'percentunit', 'max(renderfarm_film_shots{film="$film",state="rendered"}) / '
    + 'clamp_min(sum(max by (state) (renderfarm_film_shots{film="$film"})), 1)', '', third),
  stat('Attempts', 'short', 'sum(max by (shot) (renderfarm_film_shot_attempts{film="$film"}))',
    '', third),
  timeline('Timeline', 'max by (shot) (renderfarm_film_shot_state{film="$film"})', '{{shot}}',
    states, 'Every shot in the order of the film.'),
  graph('Shots', 'short',
    [['max by (state) (renderfarm_film_shots{film="$film"})', '{{state}}']], '',
    { stack: true, colors: stateColors, size: [12, 10] }),
  bars('Attempts by shot', 'short',
    'max by (shot) (renderfarm_film_shot_attempts{film="$film"})', '{{shot}}',
    'More than one is a retry.', { size: [12, 10], limits: [[2, 'orange']] }),
  text('Where the rest is', [
    'A film is here once it is watched: `deploy/local/watch-film.sh FARM BROKER JOB`, or a file '
      + 'in `films/` beside `prometheus.yml`. The farm\'s own metrics bear no job\'s name.', '',
    '* Prompts, files, scores: `GET /v1/jobs/JOB` of the Broker.',
    '* Every stage of every attempt: the job\'s trace, by `renderfarm.job.id`.',
  ].join('\n')),
], [choice('film', 'Film', 'label_values(renderfarm_film_left_shots, film)')]);

const workers = dashboard('workers', 'Workers', 'What each worker does, and how well.', [
  graph('Workers', 'short', [[once('renderfarm_workers', 'state'), '{{state}}']],
    'One that is set aside has failed again and again, and rests.',
    { stack: true, colors: { busy: 'green', idle: 'blue', set_aside: 'red' } }),
  graph('Share of time that the device computes', 'percentunit',
    [['renderfarm:compute:ratio5m', '{{instance}}']],
    'Time inside ONNX Runtime over wall time.'),
  graph('What workers do', 'short',
    [[rate('renderfarm_worker_stage_duration_seconds_sum', 'stage'), '{{stage}}']],
    'So many workers are at it. Stages overlap: a clip is encoded and uploaded while the next '
      + 'one is rendered.',
    { stack: true }),
  row('Stages'),
  graph('Time in a stage, half', 's',
    [[quantile(0.5, 'renderfarm_worker_stage_duration_seconds', 'stage'), '{{stage}}']]),
  graph('Time in a stage, 95 of 100', 's',
    [[quantile(0.95, 'renderfarm_worker_stage_duration_seconds', 'stage'), '{{stage}}']]),
  graph('Model loads', 's', [
    ['sum by (model) (renderfarm_worker_model_load_duration_seconds_sum) / '
      + 'sum by (model) (renderfarm_worker_model_load_duration_seconds_count)', '{{model}}'],
  ], 'Time to load a model and make its first frame.'),
  row('Each worker'),
  bars('Clips committed', 'short', 'sum by (instance) (renderfarm_worker_shots_total)',
    '{{instance}}', 'Since its process began.'),
  graph('Attempts that failed', perHour,
    [[`3600 * ${rate('renderfarm_worker_failures_total', 'instance')}`, '{{instance}}']], '',
    { rare: true }),
  graph('Checkpoints', perHour,
    [[`3600 * ${rate('renderfarm_worker_checkpoints_total', 'fate')}`, '{{fate}}']]),
  row('GPU'),
  graph('GPU busy', 'percentunit',
    [['max by (instance, gpu) (renderfarm_gpu_utilization_ratio)', '{{instance}} {{gpu}}']],
    'As the driver sees it.', { size: [6, 7] }),
  graph('GPU memory', 'bytes', [
    ['max by (instance, gpu) (renderfarm_gpu_memory_used_bytes)', '{{instance}} {{gpu}}'],
    ['max by (instance, gpu) (renderfarm_gpu_memory_size_bytes)', '{{instance}} {{gpu}} all'],
  ], '', { size: [6, 7] }),
  graph('GPU temperature', 'celsius',
    [['max by (instance, gpu) (renderfarm_gpu_temperature_celsius)', '{{instance}} {{gpu}}']], '',
    { size: [6, 7] }),
  graph('GPU power', 'watt',
    [['max by (instance, gpu) (renderfarm_gpu_power_watts)', '{{instance}} {{gpu}}']], '',
    { size: [6, 7] }),
]);

const cost = dashboard('cost', 'Cost and yield', 'What a second of film takes, and what is lost.', [
  stat('GPU time for a second of film', 's', 'renderfarm:gpu_seconds_per_film_second:avg1h',
    'Everything GPUs did in the last hour, lost work too, over the film that was rendered.',
    { size: [6, 4] }),
  stat('GPU time lost', 'percentunit', 'renderfarm:gpu_waste:ratio1h',
    'Failed, superseded, dropped and lost with workers; not what owners canceled.',
    { limits: [[0.05, 'red']] }),
  stat('Yield', 'percentunit', 'renderfarm:takes_yield:ratio1h', 'Takes kept over takes made.',
    { size: [3, 4] }),
  stat('From the cache', 'percentunit', 'renderfarm:cached_shots:ratio1h',
    'Shots whose clip was there already.'),
  stat('Retries', 'percentunit', 'renderfarm:retries:ratio1h',
    'Attempts that were not a shot\'s first.', { size: [3, 4] }),
  stat('Film in an hour', 's',
    'sum(increase(renderfarm_film_time_seconds_total[1h]))'),
  graph('GPU time by what came of it', 'short',
    [[rate('renderfarm_gpu_time_seconds_total', 'outcome'), '{{outcome}}']],
    'GPU-seconds a second: so many GPUs were at it.',
    { stack: true, size: [12, 8], colors: { accepted: 'green', handed_back: 'blue',
      canceled: 'gray', superseded: 'yellow', dropped: 'orange', failed: 'red',
      lost: 'dark-red' } }),
  graph('GPU time for a frame', 's',
    [['max by (model) (renderfarm_frame_cost_seconds)', '{{model}}']],
    'A moving average over the latest clips; estimates are made with it.', { size: [12, 8] }),
  graph('Takes', perMinute,
    [[`60 * ${rate('renderfarm_worker_takes_total', 'fate')}`, '{{fate}}']], '', { stack: true }),
  graph('Takes that look wrong', perHour,
    [[`3600 * ${rate('renderfarm_worker_take_faults_total', 'fault')}`, '{{fault}}']], '',
    { stack: true, rare: true }),
  graph('Attempts that failed', perHour,
    [[`3600 * ${rate('renderfarm_broker_attempts_failed_total', 'error')}`, '{{error}}']], '',
    { stack: true, rare: true }),
  graph('Attempts', perMinute,
    [[`60 * ${rate('renderfarm_attempts_granted_total', 'kind')}`, '{{kind}}'],
      [`60 * ${rate('renderfarm_attempts_handed_back_total')}`, 'handed back']], ''),
  graph('Steps that checkpoints spared', perHour,
    [[`3600 * ${rate('renderfarm_worker_steps_saved_total')}`, 'steps']], '', { rare: true }),
  graph('Film an hour', 's',
    [[`3600 * ${rate('renderfarm_film_time_seconds_total', 'source')}`, '{{source}}']],
    'Seconds of film.', { stack: true }),
]);

const health = dashboard('health', 'Health', 'Whether the farm itself is well.', [
  stat('Alerts firing', 'short', 'count(ALERTS{alertstate="firing"}) or vector(0)', '',
    { limits: [[1, 'red']] }),
  stat('Services up', 'short', 'sum(up{job="renderfarm"})'),
  stat('Services down', 'short', 'count(up{job="renderfarm"} == 0) or vector(0)', '',
    { limits: [[1, 'red']] }),
  stat('Oldest unsent message', 's', 'max(renderfarm_outbox_lag_seconds)', '',
    { limits: [[30, 'red']] }),
  stat('Jobs failed', 'percentunit', 'renderfarm:jobs_failed:ratio1h', '',
    { limits: [[0.1, 'red']] }),
  stat('Attempts failed', 'percentunit', 'renderfarm:attempts_failed:ratio15m', '',
    { limits: [[0.1, 'red']] }),
  graph('Up', 'short', [['sum by (service) (up{job="renderfarm"})', '{{service}}']]),
  graph('Outbox', 's', [['max(renderfarm_outbox_lag_seconds)', 'oldest message']],
    'Messages are kept with the states they belong to until RabbitMQ has confirmed them.',
    { rare: true }),
  graph('Messages', 'suffix:/s',
    [[rate('renderfarm_broker_messages_total', 'kind'), '{{kind}}']], 'That left the outbox.'),
  row('What should not be'),
  graph('Refused transitions', perMinute,
    [[`60 * ${orNone('what', `label_join(${rate('renderfarm_broker_transitions_refused_total',
      'machine, event')}, "what", " ", "machine", "event")`)}`, '{{what}}']],
    'Late and repeated messages are refused, which is as it should be; many are not.',
    { rare: true }),
  graph('Failures', perHour,
    [[`3600 * ${rate('renderfarm_broker_attempts_failed_total', 'owner')}`, '{{owner}}']],
    'By whose trouble it was.', { stack: true, rare: true }),
  graph('Repairs', perHour, [
    [`3600 * ${orNone('sweep', rate('renderfarm_broker_repairs_total', 'sweep'))}`,
      '{{sweep}}'],
    [`3600 * (${rate('renderfarm_broker_sweeps_failed_total')} or vector(0))`, 'sweeps failed'],
  ], 'What sweeps put right after a lost message or process.', { rare: true }),
  graph('Workers set aside', perHour, [
    [`3600 * (${rate('renderfarm_broker_workers_set_aside_total')} or vector(0))`, 'set aside'],
    [`3600 * (${rate('renderfarm_broker_workers_returned_total')} or vector(0))`, 'returned'],
  ], '', { rare: true }),
  graph('Losses of the job store', perHour, [
    [`3600 * ${rate('renderfarm_broker_rebuilds_total')}`, 'rebuilds'],
    [`3600 * ${rate('renderfarm_broker_attempts_readopted_total')}`, 'attempts taken up again'],
  ], '', { rare: true }),
  graph('Reels', perHour, [
    [`3600 * ${rate('renderfarm_stitcher_reels_total')}`, 'joined'],
    [`3600 * ${rate('renderfarm_stitcher_failures_total')}`, 'failed'],
  ], '', { rare: true }),
  row('Processes'),
  graph('Time to join a reel', 's', [
    [quantile(0.5, 'renderfarm_stitcher_duration_seconds'), 'half'],
    [quantile(0.95, 'renderfarm_stitcher_duration_seconds'), '95 of 100'],
  ]),
  graph('Memory', 'bytes',
    [['sum by (instance) (dotnet_process_memory_working_set_bytes)', '{{instance}}']]),
  graph('Processor', 'short', [[rate('dotnet_process_cpu_time_seconds_total', 'instance'),
    '{{instance}}']], 'Cores.'),
]);

const folder = process.argv[2] ?? new URL('dashboards', import.meta.url).pathname;
for (const { name, json } of [farm, job, workers, cost, health]) {
  fs.writeFileSync(`${folder}/${name}.json`, `${JSON.stringify(json, null, 2)}\n`);
}
