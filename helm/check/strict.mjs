// Fields that the schemas do not know. The published validators let them pass, as a cluster's
// server would report them; TypeScript's check of object literals against the same packages'
// interfaces does not.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { moduleOf } from './schemas.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));

// Returns a map from an object to its faults. An object is one line of a generated program.
export function unknownFields(objects) {
  const known = objects.filter(one => moduleOf(one) !== null);
  const lines = known.map((one, index) =>
    `import type { I${one.kind} as T${index} } from "${moduleOf(one)}"; `
    + `export const o${index}: T${index} = ${JSON.stringify(one)};`);
  const folder = path.join(here, 'node_modules/.cache');
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `objects-${process.pid}.ts`);
  fs.writeFileSync(file, lines.join('\n'));
  try {
    execFileSync(path.join(here, 'node_modules/.bin/tsc'), [
      '--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--pretty', 'false',
      '--module', 'nodenext', '--moduleResolution', 'nodenext', file,
    ], { stdio: 'pipe', encoding: 'utf8', maxBuffer: 1 << 28 });
    return new Map();
  } catch (error) {
    return sorted(error.stdout ?? '', known, error);
  } finally {
    fs.rmSync(file, { force: true });
  }
}

function sorted(text, known, error) {
  const faults = new Map();
  for (const [, line, fault] of text.matchAll(/^[^\n(]*\((\d+),\d+\): error TS\d+: (.*)$/gm)) {
    const one = known[Number(line) - 1];
    faults.set(one, [...(faults.get(one) ?? []), fault]);
  }

  // A compiler that ends otherwise than by such lines has checked nothing.
  if (faults.size === 0) throw error;
  return faults;
}
