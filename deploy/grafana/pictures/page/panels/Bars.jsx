import { getDisplayValueAlignmentFactors, getFieldDisplayValues } from '@grafana/data';
import { BarGauge, VizRepeater } from '@grafana/ui';

/** One bar for each series as it is now. */
export function Bars({ panel: { options, fieldConfig }, data, theme, width, height }) {
  const values = () => getFieldDisplayValues({
    data, theme, fieldConfig, reduceOptions: options.reduceOptions, timeZone: 'utc',
    replaceVariables: text => text,
  });
  const draw = ({ value: { field, display, view, colIndex }, alignmentFactors, count, ...size }) => (
    <BarGauge {...size} value={display} field={field} theme={theme} itemSpacing={10}
      display={view?.getFieldDisplayProcessor(colIndex)} displayMode={options.displayMode}
      showUnfilled={options.showUnfilled} valueDisplayMode={options.valueMode}
      namePlacement={options.namePlacement}
      alignmentFactors={count > 1 ? alignmentFactors : undefined} />
  );
  return (
    <VizRepeater getValues={values} renderValue={draw} source={data} renderCounter={1}
      getAlignmentFactors={getDisplayValueAlignmentFactors} itemSpacing={10}
      orientation={options.orientation} minVizWidth={options.minVizWidth}
      minVizHeight={options.minVizHeight} maxVizHeight={options.maxVizHeight}
      width={width} height={height} />
  );
}
