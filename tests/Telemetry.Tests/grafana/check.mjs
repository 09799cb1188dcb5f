// node check.mjs DASHBOARD.json ... : checks dashboards against Grafana's own types, in which a
// misspelt field is none. Prints what is wrong, and ends with 1 if anything is.
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';

const types = fileURLToPath(
  new URL('node_modules/@grafana/schema/dist/types/raw', import.meta.url));
const ajv = new Ajv({ strict: false, allErrors: true });
const validators = {};

function validator(path, type) {
  return validators[`${path} ${type}`] ??= ajv.compile(createGenerator({
    path, type, skipTypeCheck: true, additionalProperties: false,
  }).createSchema(type));
}

let faultCount = 0;
function check(path, type, value, what) {
  const isValid = validator(path, type);
  if (isValid(value)) return;
  faultCount++;
  for (const { instancePath, message, params } of isValid.errors.slice(0, 4)) {
    console.log(`${what}: ${instancePath} ${message} ${JSON.stringify(params)}`);
  }
}

for (const file of process.argv.slice(2)) {
  const dashboard = JSON.parse(fs.readFileSync(file));
  check(`${types}/dashboard/x/types.gen.d.ts`, 'Dashboard', dashboard, file);
  for (const panel of dashboard.panels.filter(panel => panel.type !== 'row')) {
    const folder = panel.type.replaceAll('-', '');
    const path = `${types}/composable/${folder}/panelcfg/x/types.gen.d.ts`;
    const what = `${file}: panel '${panel.title}'`;
    check(path, 'Options', panel.options, `${what} options`);
    const custom = panel.fieldConfig?.defaults?.custom;
    if (custom) check(path, 'FieldConfig', custom, `${what} field`);
  }
}
console.log(`${process.argv.length - 2} dashboards, ${faultCount} faults`);
process.exit(faultCount ? 1 : 0);
