// node bullmq.mjs REDIS_PORT FLOWS CHILDREN CONCURRENCY
// FLOWS parents with CHILDREN no-op children each, through BullMQ's FlowProducer; the workers are a
// process of their own. A round for each line of the input, and a JSON line for each round: seconds
// from the first add to the last parent done.
import { fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { FlowProducer, QueueEvents, Worker } from 'bullmq';

const [port, flows, children, concurrency] = process.argv.slice(2, 6).map(Number);
const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };

if (process.send) {
  const options = { connection, concurrency };
  const workers = [
    new Worker('shots', async () => 'done', options),
    new Worker('reels', async () => 'joined', options),
  ];
  await Promise.all(workers.map(worker => worker.waitUntilReady()));
  process.on('disconnect', () => process.exit(0));
  process.send('ready');
} else {
  const worker = fork(fileURLToPath(import.meta.url), process.argv.slice(2));
  await new Promise(resolve => worker.once('message', resolve));
  const events = new QueueEvents('reels', { connection });
  await events.waitUntilReady();
  const producer = new FlowProducer({ connection });
  for await (const _ of createInterface({ input: process.stdin })) {
    let left = flows;
    const done = new Promise(resolve => {
      const count = () => {
        if (--left === 0) { events.off('completed', count); resolve(); }
      };
      events.on('completed', count);
    });
    const start = performance.now();
    await producer.addBulk(Array.from({ length: flows }, (_, job) => ({
      name: 'reel', queueName: 'reels', data: { job },
      children: Array.from({ length: children }, (_, shot) => (
        { name: 'shot', queueName: 'shots', data: { job, shot } })),
    })));
    await done;
    console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000 }));
  }
  worker.disconnect();
  process.exit(0);
}
