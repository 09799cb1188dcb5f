// Types, required fields, ranges and patterns of one object, by the published schemas.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Ajv2020 from 'ajv/dist/2020.js';

const here = path.dirname(fileURLToPath(import.meta.url));
const ajv = new Ajv2020.default({ strict: false, allErrors: true });
const packages = {
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};
// No package has these: the schema lies in schemas/.
const own = { 'rabbitmq.com/v1beta1': ['RabbitmqCluster'] };
const compiled = new Map();

// The module of an object's kind, or null where schemas/ has it.
export function moduleOf({ apiVersion, kind }) {
  if (own[apiVersion]?.includes(kind)) return null;
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return path.posix.join(packages[group] ?? 'kubernetes-models', group, version, kind);
}

export async function schemaFaults(one) {
  const name = `${one.apiVersion} ${one.kind} ${one.metadata?.name}`;
  const module = moduleOf(one);
  if (module === null) return ownFaults(one).map(fault => `${name}: ${fault}`);
  const file = path.join(here, 'node_modules', `${module}.js`);
  if (!fs.existsSync(file)) return [`${name}: no such kind`];
  const Kind = (await import(pathToFileURL(file)))[one.kind];
  try {
    new Kind(one).validate();
    return [];
  } catch (error) {
    return error.message.split('\n').map(line => `${name}: ${line}`);
  }
}

function ownFaults(one) {
  if (!compiled.has(one.kind)) {
    const file = path.join(here, 'schemas', `${one.kind}.json`);
    compiled.set(one.kind, ajv.compile(JSON.parse(fs.readFileSync(file, 'utf8'))));
  }

  const check = compiled.get(one.kind);
  return check(one) ? [] : check.errors.map(
    error => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
}
