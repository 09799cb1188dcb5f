import { FieldType } from '@grafana/data';
import { TimeSeries } from '@grafana/ui';

/** Lines over time. */
export const Graph = ({ panel, data, range, width, height }) => (
  <TimeSeries frames={data.map(plottable)} timeRange={range} timeZone="utc"
    legend={panel.options.legend} options={panel.options} width={width} height={height} />
);

// A quotient without a divisor is a gap, not a number.
const plottable = frame => ({
  ...frame,
  fields: frame.fields.map(field => (field.type !== FieldType.number ? field : {
    ...field, values: field.values.map(value => (Number.isFinite(value) ? value : null)),
  })),
});
