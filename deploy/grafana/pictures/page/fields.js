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
  if (overrides.length > 0 || panel.transformations?.length > 0) {
    throw new Error(`cannot draw overrides and transformations: ${panel.title}`);
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
      },
    })),
  }));
  return applyFieldOverrides({
    data, theme, timeZone: 'utc', replaceVariables: text => text,
    fieldConfig: { defaults: {}, overrides: [] },
  });
}

// The first step begins at minus infinity, which JSON can only say by null.
const bounded = ({ mode, steps }) =>
  ({ mode, steps: steps.map(step => ({ ...step, value: step.value ?? -Infinity })) });
