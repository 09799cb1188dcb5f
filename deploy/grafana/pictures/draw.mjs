// draw.mjs PROMETHEUS_URL OUT_FOLDER [FROM] [TO] [var-NAME=VALUE ...] : see `draw`, which calls it.
// Builds the page of page/, shows it each dashboard in a Chromium without a window, and makes
// pictures of few colours of what it shows. The page itself asks Prometheus.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build } from 'vite';

const width = 1400;
const patience = 120_000;
const fewColors = 'split[a][b];[a]palettegen=max_colors=200:reserve_transparent=0[p];'
  + '[b][p]paletteuse=dither=none';
const at = relative => fileURLToPath(new URL(relative, import.meta.url));
const built = at('node_modules/.page');

const [prometheus, out, ...rest] = process.argv.slice(2);
const [from, to] = rest.filter(word => !word.startsWith('var-'));
const variables = Object.fromEntries(rest.filter(word => word.startsWith('var-'))
  .map(word => word.slice('var-'.length).split(/=(.*)/s)));
// As Grafana's data source is told: the step and $__rate_interval of queries follow from it.
const scrapeInterval = /timeInterval: (\w+)/
  .exec(fs.readFileSync(at('../provisioning/datasources/prometheus.yaml'), 'utf8'))[1];

await build({
  root: at('page'), logLevel: 'error',
  build: { outDir: built, emptyOutDir: true, chunkSizeWarningLimit: 10_000 },
});
fs.mkdirSync(out, { recursive: true });
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium', args: ['--no-sandbox'], env: { ...process.env, TZ: 'UTC' },
});
try {
  for (const file of fs.readdirSync(at('../dashboards')).sort()) {
    const dashboard = JSON.parse(fs.readFileSync(at(`../dashboards/${file}`)));
    await draw(dashboard, path.join(out, file.replace('.json', '.png')));
  }
} finally {
  await browser.close();
}

async function draw(dashboard, picture) {
  const page = await browser.newPage({ viewport: { width, height: 1000 } });
  const faults = [];
  page.on('pageerror', fault => faults.push(fault.stack));
  // No server: the page's own files come from two folders, and what it asks goes to Prometheus.
  await page.route('http://pictures/**', async route => {
    const { pathname, search } = new URL(route.request().url());
    if (pathname.startsWith('/api/')) {
      const response = await route.fetch({ url: prometheus + pathname + search });
      return route.fulfill({ response });
    }
    const file = fileOf(pathname);
    return fs.existsSync(file) ? route.fulfill({ path: file }) : route.fulfill({ status: 404 });
  });
  await page.goto('http://pictures/');
  const height = await page.evaluate(request => window.show(request), {
    dashboard, from, to, variables, scrapeInterval, width,
  });
  await page.setViewportSize({ width, height });
  await page.waitForLoadState('networkidle');
  if (faults.length > 0) throw new Error(`${picture}: ${faults.join('\n')}`);
  const shot = await page.screenshot({ timeout: patience });
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'image2pipe', '-i', '-', '-vf', fewColors,
    '-frames:v', '1', '-compression_level', '100', picture], { input: shot });
  console.log(`${picture}: ${width}x${height}, ${fs.statSync(picture).size} bytes`);
  await page.close();
}

/** Where a file of the page lies: its own, an icon of Grafana's, or a weight of its font. */
function fileOf(pathname) {
  const weight = { 'Inter-Regular': 400, 'Inter-Medium': 500 }[path.basename(pathname, '.woff2')];
  if (weight) return at(`node_modules/@fontsource/inter/files/inter-latin-${weight}-normal.woff2`);
  const icon = pathname.replace(/^\/public\/build/, '');
  if (icon !== pathname) return at(`node_modules/@grafana/ui/dist/public${icon}`);
  return path.join(built, pathname === '/' ? 'index.html' : pathname);
}
