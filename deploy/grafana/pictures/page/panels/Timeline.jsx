// One lane for each series. Grafana's own is part of its application and not of its components, so
// this one is drawn on the components' plot: time axis, scales and legend are theirs.
import { formattedValueToString } from '@grafana/data';
import { UPlotChart, UPlotConfigBuilder, VizLayout, VizLegend } from '@grafana/ui';
import { useMemo } from 'react';

/** Lanes coloured by what each value means, the first series on top. */
export function Timeline({ panel: { options, fieldConfig }, data, range, theme, width, height }) {
  const config = useMemo(
    () => configOf({ options, custom: fieldConfig.defaults.custom, data, range, theme }), []);
  const { placement, showLegend } = options.legend;
  const legend = showLegend && (
    <VizLayout.Legend placement={placement}>
      <VizLegend placement={placement} items={legendItems(data)} displayMode="list" />
    </VizLayout.Legend>);
  const times = [range.from.valueOf(), range.to.valueOf()];
  return (
    <VizLayout width={width} height={height} legend={legend}>
      {(plotWidth, plotHeight) => (
        <UPlotChart config={config} data={[times, [0, 1]]}
          width={plotWidth} height={plotHeight} />)}
    </VizLayout>
  );
}

function configOf({ options, custom, data, range, theme }) {
  const builder = new UPlotConfigBuilder('utc');
  const middle = lane => 1 - (lane + 0.5) / data.length;
  builder.addScale({ scaleKey: 'x', isTime: true, orientation: 0, direction: 1,
    range: () => [range.from.valueOf(), range.to.valueOf()] });
  builder.addScale({ scaleKey: 'y', orientation: 1, direction: 1, range: () => [0, 1] });
  builder.addAxis({ scaleKey: 'x', isTime: true, placement: 'bottom', timeZone: 'utc', theme });
  builder.addAxis({ scaleKey: 'y', placement: 'left', theme, grid: { show: false },
    ticks: { show: false }, splits: () => data.map((_, lane) => middle(lane)),
    values: () => data.map(frame => frame.fields[1].config.displayNameFromDS) });
  builder.addSeries({ scaleKey: 'y', theme, pathBuilder: () => null, pointsBuilder: () => null,
    lineWidth: 0, fillOpacity: 0, show: true });
  builder.addHook('draw', plot => {
    const laneHeight = plot.bbox.height / data.length * options.rowHeight;
    for (const [lane, frame] of data.entries()) {
      const top = plot.valToPos(middle(lane), 'y', true) - laneHeight / 2;
      for (const state of statesOf(frame, options.mergeValues)) {
        drawState(plot, state, { top, height: laneHeight }, custom.fillOpacity, theme);
      }
    }
  });
  return builder;
}

/** From when to when a series had which value; one that does not change is one state. */
function statesOf({ fields: [time, { values, display }] }, mergeValues) {
  const { interval } = time.config;
  const states = [];
  for (const [index, from] of time.values.entries()) {
    const last = states.at(-1);
    const isNext = last?.until === from;
    if (mergeValues && isNext && last.value === values[index]) last.until = from + interval;
    else states.push({ from, until: from + interval, value: values[index] });
  }
  return states.map(state => ({ ...state, shown: display(state.value) }));
}

function drawState(plot, { from, until, shown }, { top, height }, fillOpacity, theme) {
  const { left: edge, width } = plot.bbox;
  const inside = time => Math.min(Math.max(plot.valToPos(time, 'x', true), edge), edge + width);
  const [left, right] = [inside(from), inside(until)];
  const { ctx } = plot;
  ctx.save();
  ctx.globalAlpha = fillOpacity / 100;
  ctx.fillStyle = shown.color;
  ctx.fillRect(left, top, right - left, height);
  ctx.globalAlpha = 1;
  const words = formattedValueToString(shown);
  ctx.font = `12px ${theme.typography.fontFamily}`;
  // Words that do not fit are not cut: the colour says it.
  if (ctx.measureText(words).width + 8 < right - left) {
    ctx.fillStyle = theme.colors.getContrastText(shown.color);
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    ctx.fillText(words, left + 4, top + height / 2);
  }
  ctx.restore();
}

/** Every state that is seen, in the order of the panel's mappings. */
function legendItems(data) {
  const shown = new Map(data.flatMap(({ fields: [, field] }) =>
    field.values.map(value => [value, field.display(value)])));
  return [...shown.entries()].sort(([a], [b]) => a - b).map(([value, display]) =>
    ({ label: formattedValueToString(display), color: display.color, yAxis: 1,
      getItemKey: () => `${value}` }));
}
