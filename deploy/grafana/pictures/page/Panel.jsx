import { PanelChrome } from '@grafana/ui';
import { dressed } from './fields.js';
import types from '../panel-types.json';
import { Bars } from './panels/Bars.jsx';
import { Graph } from './panels/Graph.jsx';
import { Row } from './panels/Row.jsx';
import { Stat } from './panels/Stat.jsx';
import { Timeline } from './panels/Timeline.jsx';
import { Words } from './panels/Words.jsx';

const drawings = {
  bargauge: Bars, row: Row, stat: Stat, 'state-timeline': Timeline, text: Words, timeseries: Graph,
};
if (Object.keys(drawings).sort().join() !== types.join()) {
  throw new Error('panel-types.json does not list what is drawn');
}

/** One panel in Grafana's frame, with title and description. */
export function Panel({ panel, frames, range, theme, width, height }) {
  const Drawing = drawings[panel.type];
  if (!Drawing) throw new Error(`cannot draw a ${panel.type}: ${panel.title}`);
  if (panel.type === 'row') return <Row panel={panel} theme={theme} />;
  const data = frames && dressed(panel, frames, theme);
  return (
    <PanelChrome title={panel.title} description={panel.description || undefined}
      width={width} height={height}>
      {(innerWidth, innerHeight) => (data?.length === 0
        ? <NoData theme={theme} height={innerHeight} />
        : <Drawing {...{ panel, data, range, theme }} width={innerWidth} height={innerHeight} />)}
    </PanelChrome>
  );
}

function NoData({ theme, height }) {
  return (
    <div style={{ height, display: 'flex', alignItems: 'center', justifyContent: 'center',
      color: theme.colors.text.secondary }}>No data</div>
  );
}
