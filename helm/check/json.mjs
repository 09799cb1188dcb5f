// json.mjs FILE.yaml : a YAML file as JSON, with its merge keys (<<) resolved, to standard output.
import fs from 'node:fs';
import { parse } from 'yaml';

const value = parse(fs.readFileSync(process.argv[2], 'utf8'), { merge: true });
process.stdout.write(JSON.stringify(value));
