// What draw.mjs calls: window.show shows one dashboard and answers with its height, once
// everything in it is drawn.
import '@fontsource/inter/400.css';
import '@fontsource/inter/500.css';
import '@fontsource/inter/600.css';
import { createTheme, rangeUtil, ThemeContext } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { GlobalStyles } from '@grafana/ui';
import { createRoot } from 'react-dom/client';
import { Dashboard } from './Dashboard.jsx';
import { gridSize } from './grid.js';
import { answersOf } from './answers.js';
import { chosen } from './variables.js';

window.__grafana_public_path__ = '/public/';

window.show = async ({ dashboard, prometheus, from, to, variables, scrapeInterval, width }) => {
  await initPluginTranslations('pictures');
  await Promise.all(['400', '500', '600'].map(weight => document.fonts.load(`${weight} 12px Inter`)));
  const range = rangeUtil.convertRawToRange({
    from: timeOf(from ?? dashboard.time.from), to: timeOf(to ?? dashboard.time.to),
  });
  const choices = await chosen(dashboard, prometheus, range, variables);
  const answers = await answersOf(dashboard, { prometheus, range, choices, scrapeInterval, width });
  const theme = createTheme({ colors: { mode: 'dark' } });
  createRoot(document.getElementById('page')).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <Dashboard {...{ dashboard, answers, choices, range, width, theme }} />
    </ThemeContext.Provider>);
  await painted();
  return gridSize(dashboard, width).height;
};

const timeOf = text => (/^\d+$/.test(text) ? new Date(Number(text)).toISOString() : text);

// Panels measure themselves and paint again; after some frames in a row they have come to rest.
async function painted() {
  for (let frame = 0; frame < 30; frame++) await new Promise(requestAnimationFrame);
}
