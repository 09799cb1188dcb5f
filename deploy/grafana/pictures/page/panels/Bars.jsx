import { getDisplayValueAlignmentFactors, getFieldDisplayValues } from '@grafana/data';
import { BarGauge, VizRepeater } from '@grafana/ui';

/** One bar for each series as it is now. */
export function Bars({ panel: { options, fieldConfig }, data, theme, width, height }) {
  const values = () => getFieldDisplayValues({
    data, theme, fieldConfig, reduceOptions: options.reduceOptions, timeZone: 'utc',
    replaceVariables: text => text,
  });
  // Grafana heeds the panel's limits only where they are asked for.
  const { minVizWidth, minVizHeight, maxVizHeight } = options;
  const sizing = options.sizing === 'manual' ? { minVizWidth, minVizHeight, maxVizHeight }
    : { minVizWidth: 8, minVizHeight: 16, maxVizHeight: 300 };
  const draw = ({ value, alignmentFactors, count, ...size }) => (
    <BarGauge {...size} value={value.display} field={value.field} theme={theme} itemSpacing={10}
      display={value.view?.getFieldDisplayProcessor(value.colIndex)} text={options.text}
      displayMode={options.displayMode}
      showUnfilled={options.showUnfilled} valueDisplayMode={options.valueMode}
      namePlacement={options.namePlacement}
      alignmentFactors={count > 1 ? alignmentFactors : undefined} />
  );
  return (
    <VizRepeater getValues={values} renderValue={draw} source={data} renderCounter={1}
      getAlignmentFactors={getDisplayValueAlignmentFactors} itemSpacing={10}
      orientation={options.orientation} {...sizing} width={width} height={height} />
  );
}
