// What draw.mjs calls: window.show shows one dashboard and answers with its height, once
// everything in it is drawn.
import { createTheme, rangeUtil, ThemeContext } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { GlobalStyles } from '@grafana/ui';
import { createRoot } from 'react-dom/client';
import { Dashboard } from './Dashboard.jsx';
import { gridSize } from './grid.js';
import { answersOf } from './answers.js';
import { chosen } from './variables.js';

window.__grafana_public_path__ = '/public/';

window.show = async ({ dashboard, from, to, variables, scrapeInterval, width }) => {
  await initPluginTranslations('pictures');
  const range = rangeUtil.convertRawToRange({
    from: timeOf(from ?? dashboard.time.from), to: timeOf(to ?? dashboard.time.to),
  });
  const choices = await chosen(dashboard, range, variables);
  const answers = await answersOf(dashboard, { range, choices, scrapeInterval, width });
  const theme = createTheme({ colors: { mode: 'dark' } });
  const root = createRoot(document.getElementById('page'));
  const render = content => root.render(
    <ThemeContext.Provider value={theme}><GlobalStyles />{content}</ThemeContext.Provider>);
  // Graphs paint their words once, with the fonts that are there by then.
  render(null);
  await painted();
  await Promise.all([400, 500].map(weight => document.fonts.load(`${weight} 12px Inter`)));
  render(<Dashboard {...{ dashboard, answers, choices, range, width, theme }} />);
  await painted();
  return gridSize(dashboard, width).height;
};

const timeOf = text => (/^\d+$/.test(text) ? new Date(Number(text)).toISOString() : text);

// Panels measure themselves and paint again; after some frames in a row they have come to rest.
async function painted() {
  for (let frame = 0; frame < 30; frame++) await new Promise(requestAnimationFrame);
}
