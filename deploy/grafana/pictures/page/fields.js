// Data as a panel's field options say: unit, colours, limits.
import { applyFieldOverrides, FieldType } from '@grafana/data';

// What Grafana takes where a panel's JSON says nothing.
const thresholds = {
  mode: 'absolute', steps: [{ value: -Infinity, color: 'green' }, { value: 80, color: 'red' }],
};
const colors = {
  timeseries: { mode: 'palette-classic' },
  'state-timeline': { mode: 'continuous-GrYlRd' },
};

/** The panel's frames with display, range and colour of each field. */
export function dressed(panel, frames, theme) {
  const { defaults, overrides } = panel.fieldConfig;
  if (panel.transformations?.length > 0) {
    throw new Error(`cannot draw transformations: ${panel.title}`);
  }
  const data = frames.map(frame => ({
    ...frame,
    fields: frame.fields.map(field => (field.type === FieldType.time ? field : {
      ...field,
      config: {
        color: colors[panel.type] ?? { mode: 'thresholds' },
        ...defaults,
        thresholds: bounded(defaults.thresholds ?? thresholds),
        ...field.config,
        ...overridden(overrides, field.config.displayNameFromDS),
      },
    })),
  }));
  return applyFieldOverrides({
    data, theme, timeZone: 'utc', replaceVariables: text => text,
    fieldConfig: { defaults: {}, overrides: [] },
  });
}

// The colour of a series by its name, and nothing else.
function overridden(overrides, name) {
  const properties = overrides.flatMap(({ matcher, properties }) => {
    if (matcher.id !== 'byName' || properties.some(({ id }) => id !== 'color')) {
      throw new Error(`cannot draw the override ${JSON.stringify({ matcher, properties })}`);
    }
    return matcher.options === name ? properties : [];
  });
  return Object.fromEntries(properties.map(({ id, value }) => [id, value]));
}

// The first step begins at minus infinity, which JSON can only say by null.
const bounded = ({ mode, steps }) =>
  ({ mode, steps: steps.map(step => ({ ...step, value: step.value ?? -Infinity })) });
