// bill.mjs FILE.json ... : checks bills of materials (deploy/sbom) against CycloneDX' own schema.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)),
  'node_modules/@cyclonedx/cyclonedx-library/res/schema');
const schema = name => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
const ajv = new Ajv.default({ strict: false, allErrors: true });
addFormats.default(ajv);
// What the package that knows them checks of these two formats is not worth its weight here.
ajv.addFormat('iri-reference', true);
ajv.addFormat('idn-email', true);
for (const part of ['spdx', 'jsf-0.82']) {
  const file = `${part}.SNAPSHOT.schema.json`;
  ajv.addSchema(schema(file), `http://cyclonedx.org/schema/${file}`);
}
const check = ajv.compile(schema('bom-1.6.SNAPSHOT.schema.json'));
for (const file of process.argv.slice(2)) {
  const valid = check(JSON.parse(fs.readFileSync(file, 'utf8')));
  console.log(`${path.basename(file)}: ${valid ? 'valid' : 'not valid'}`);
  for (const fault of valid ? [] : check.errors) {
    console.log(`  ${fault.instancePath} ${fault.message} ${JSON.stringify(fault.params)}`);
    process.exitCode = 1;
  }
}
