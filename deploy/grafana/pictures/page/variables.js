// A dashboard's variables: as given, or the first of their choices, as Grafana takes it.
import { ask } from './prometheus.js';

const sorted = {
  0: values => values,
  1: values => values.toSorted(),
  2: values => values.toSorted().reverse(),
};

/** The variables by name, with the label and the value of each. */
export async function chosen(dashboard, range, given) {
  const choices = {};
  for (const { name, label, type, query, sort } of dashboard.templating.list) {
    if (type === 'datasource') {
      choices[name] = { label, value: 'Prometheus' };
      continue;
    }
    const [, metric, of] = /^label_values\((.+), *(\w+)\)$/.exec(query.query)
      ?? refuse(`the variable ${name}: ${JSON.stringify(query)}`);
    const values = await ask(`label/${of}/values`, {
      'match[]': metric, start: range.from.unix(), end: range.to.unix(),
    });
    const inOrder = sorted[sort] ?? refuse(`the order ${sort} of ${name}`);
    const value = given[name] ?? inOrder(values)[0];
    choices[name] = { label, value: value ?? refuse(`${name}: there is no value of it`) };
  }
  return choices;
}

function refuse(what) {
  throw new Error(`cannot draw ${what}`);
}
