// What every panel has in common, once. dashboards.mjs says what they show.

const source = { type: 'prometheus', uid: '${source}' };
const reduce = { calcs: ['lastNotNull'], fields: '', values: false };

// Where nothing is said, Grafana paints every number from 80 on red, whatever it counts.
const thresholds = (plain, limits = []) => ({
  mode: 'absolute',
  steps: [[null, plain], ...limits].map(([value, color]) => ({ value, color })),
});

/**
 * A number of now, with its latest course behind it where there is room; green until its first
 * limit, blue if it has none. Width 4 of 24.
 */
export const stat = (title, unit, expr, about, { limits, size = [4, 4] } = {}) => ({
  type: 'stat', title, description: about, size, targets: [[expr, '']],
  defaults: { unit, thresholds: thresholds(limits ? 'green' : 'blue', limits) },
  options: {
    colorMode: 'value', graphMode: 'area', justifyMode: 'auto', orientation: 'auto',
    percentChangeColorMode: 'standard', reduceOptions: reduce, showPercentChange: false,
    textMode: 'auto', wideLayout: true,
  },
});

const painted = colors => Object.entries(colors).map(([name, fixedColor]) => ({
  matcher: { id: 'byName', options: name },
  properties: [{ id: 'color', value: { mode: 'fixed', fixedColor } }],
}));

/**
 * Lines over time; targets are [expression, legend]. What is rare has no axis of a hundred where
 * all is nought. `colors` are by legend. Width 8 of 24.
 */
export const graph = (title, unit, targets, about,
  { stack = false, rare = false, colors = {}, size = [8, 8] } = {}) => ({
  type: 'timeseries', title, description: about, size, targets, overrides: painted(colors),
  defaults: {
    unit, min: 0,
    custom: {
      drawStyle: 'line', lineWidth: 1, fillOpacity: stack ? 40 : 10, showPoints: 'never',
      spanNulls: false, stacking: { mode: stack ? 'normal' : 'none', group: 'A' },
      ...rare && { axisSoftMax: 1 },
    },
  },
  options: {
    legend: { calcs: [], displayMode: 'list', placement: 'bottom', showLegend: true },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
});

/** One bar for each series as it is now. */
export const bars = (title, unit, expr, legend, about, { size = [8, 8], limits } = {}) => ({
  type: 'bargauge', title, description: about, size, targets: [[expr, legend]],
  defaults: { unit, min: 0, thresholds: thresholds(limits ? 'green' : 'blue', limits) },
  options: {
    displayMode: 'basic', legend: { calcs: [], displayMode: 'list', placement: 'bottom',
      showLegend: false }, maxVizHeight: 32, minVizHeight: 12, minVizWidth: 8,
    namePlacement: 'left', orientation: 'horizontal', reduceOptions: reduce, showUnfilled: true,
    sizing: 'manual', text: { titleSize: 12, valueSize: 14 }, valueMode: 'color',
  },
});

/** One lane for each series, coloured by what its number means. */
export const timeline = (title, expr, legend, states, about, size = [24, 14]) => ({
  type: 'state-timeline', title, description: about, size, targets: [[expr, legend]],
  defaults: {
    unit: 'short',
    custom: { fillOpacity: 80, lineWidth: 0 },
    mappings: [{
      type: 'value',
      options: Object.fromEntries(
        states.map(([text, color], index) => [`${index}`, { text, color, index }])),
    }],
  },
  options: {
    alignValue: 'left', mergeValues: true, rowHeight: 0.9, showValue: 'auto',
    legend: { calcs: [], displayMode: 'list', placement: 'bottom', showLegend: true },
    tooltip: { mode: 'single', sort: 'none' },
  },
});

/** Words, in Markdown. */
export const text = (title, content, size = [24, 5]) =>
  ({ type: 'text', title, size, options: { mode: 'markdown', content } });

/** A heading over the panels that follow. */
export const row = title => ({ type: 'row', title, size: [24, 1] });

const instant = type => type === 'bargauge';

const queries = panel => panel.targets.map(([expr, legendFormat], index) => ({
  refId: String.fromCharCode(65 + index), datasource: source, editorMode: 'code', expr,
  legendFormat, range: !instant(panel.type), instant: instant(panel.type),
}));

function place(panels) {
  let [x, y, height] = [0, 0, 0];
  return panels.map(({ size: [w, h], targets, defaults, overrides = [], ...panel }, index) => {
    if (x + w > 24) [x, y, height] = [0, y + height, 0];
    const gridPos = { x, y, w, h };
    [x, height] = [x + w, Math.max(height, h)];
    const placed = { id: index + 1, ...panel, gridPos };
    if (panel.type === 'row') return { ...placed, collapsed: false, panels: [] };
    if (!targets) return placed;
    return { ...placed, datasource: source, targets: queries({ ...panel, targets }),
      fieldConfig: { defaults, overrides } };
  });
}

const sourceChoice = {
  name: 'source', type: 'datasource', label: 'Prometheus', query: 'prometheus', refresh: 1,
  hide: 0, includeAll: false, multi: false, options: [], current: { text: '', value: '' },
};

/** A choice among the values of a label. */
export const choice = (name, label, query) => ({
  name, type: 'query', label, datasource: source, query: { query, refId: name }, refresh: 2,
  hide: 0, includeAll: false, multi: false, sort: 2, options: [],
  current: { text: '', value: '' },
});

/** A whole dashboard. */
export const dashboard = (name, title, description, panels, choices = []) => ({
  name,
  json: {
    uid: `renderfarm-${name}`, title: `RenderFarm / ${title}`, description,
    tags: ['renderfarm'], schemaVersion: 42, version: 1, editable: true, graphTooltip: 1,
    timezone: 'browser', refresh: '10s', time: { from: 'now-1h', to: 'now' }, timepicker: {},
    fiscalYearStartMonth: 0, preload: false,
    links: [{
      type: 'dashboards', title: 'RenderFarm', tags: ['renderfarm'], asDropdown: true,
      icon: 'external link', includeVars: true, keepTime: true, targetBlank: false, tooltip: '',
      url: '',
    }],
    annotations: { list: [] },
    templating: { list: [sourceChoice, ...choices] },
    panels: place(panels),
  },
});
