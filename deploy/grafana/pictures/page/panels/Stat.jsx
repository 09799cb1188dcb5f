import { getDisplayValueAlignmentFactors, getFieldDisplayValues } from '@grafana/data';
import { BigValue, BigValueGraphMode, VizRepeater } from '@grafana/ui';

/** Numbers of now, with their latest course behind them. */
export function Stat({ panel: { options, fieldConfig }, data, range, theme, width, height }) {
  const values = () => getFieldDisplayValues({
    data, theme, fieldConfig, reduceOptions: options.reduceOptions, timeZone: 'utc',
    replaceVariables: text => text, percentChange: options.showPercentChange,
    sparkline: options.graphMode !== BigValueGraphMode.None,
  });
  const draw = ({ value: { display, sparkline }, alignmentFactors, count, ...size }) => (
    <BigValue {...options} {...size} value={display} count={count} theme={theme}
      sparkline={sparkline && { ...sparkline, timeRange: range }}
      disableWideLayout={!options.wideLayout}
      alignmentFactors={count > 1 ? alignmentFactors : undefined} />
  );
  return (
    <VizRepeater getValues={values} renderValue={draw} source={data} renderCounter={1} autoGrid
      getAlignmentFactors={getDisplayValueAlignmentFactors} itemSpacing={3}
      orientation={options.orientation} width={width} height={height} />
  );
}
