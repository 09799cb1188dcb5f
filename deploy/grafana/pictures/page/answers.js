// What Prometheus answers to the queries of a dashboard's panels, as Grafana's data source asks
// them: the step follows from the panel's width and from how often Prometheus scrapes.
import { createDataFrame, FieldType, rangeUtil, renderLegendFormat } from '@grafana/data';
import { placeOf } from './grid.js';
import { ask } from './prometheus.js';

/** The data frames of every panel that asks, by the panel's id. */
export async function answersOf(dashboard, context) {
  const asking = dashboard.panels.filter(panel => panel.targets);
  return Object.fromEntries(await Promise.all(asking.map(async panel =>
    [panel.id, (await Promise.all(panel.targets.map(target =>
      framesOf(target, placeOf(panel.gridPos, context.width).width, context)))).flat()])));
}

async function framesOf(target, points, { range, choices, scrapeInterval }) {
  const { intervalMs } = rangeUtil.calculateInterval(range, points, scrapeInterval);
  const step = intervalMs / 1000;
  const scrape = rangeUtil.intervalToSeconds(scrapeInterval);
  const query = filledIn(target.expr, {
    ...Object.fromEntries(Object.entries(choices).map(([name, { value }]) => [name, value])),
    __rate_interval: `${Math.max(step + scrape, 4 * scrape)}s`,
    __interval: `${step}s`,
    __range: `${range.to.unix() - range.from.unix()}s`,
  });
  // Steps at whole multiples, so that a graph does not flicker when it is drawn again.
  const whole = moment => Math.floor(moment.unix() / step) * step;
  const { result } = target.instant
    ? await ask('query', { query, time: range.to.unix() })
    : await ask('query_range',
      { query, start: whole(range.from), end: whole(range.to), step });
  return result.map(series => frameOf(target, series, query, intervalMs));
}

function filledIn(expression, values) {
  return expression.replace(/\$\{?(\w+)\}?/g, (all, name) => {
    if (!(name in values)) throw new Error(`cannot draw the variable ${all} in ${expression}`);
    return values[name];
  });
}

function frameOf({ refId, legendFormat }, { metric, value, values = [value] }, query, interval) {
  const { __name__: name = '', ...labels } = metric;
  const words = Object.entries(labels).map(([label, text]) => `${label}="${text}"`).join(', ');
  const displayNameFromDS = legendFormat ? renderLegendFormat(legendFormat, metric)
    : words ? `${name}{${words}}` : name || query;
  return createDataFrame({
    refId,
    fields: [
      { name: 'Time', type: FieldType.time, config: { interval },
        values: values.map(([time]) => time * 1000) },
      { name: 'Value', type: FieldType.number, labels, config: { displayNameFromDS },
        values: values.map(([, number]) => Number(number)) },
    ],
  });
}
