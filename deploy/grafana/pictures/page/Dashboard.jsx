import { dateTimeFormat } from '@grafana/data';
import { Icon } from '@grafana/ui';
import { gridSize, headHeight, placeOf } from './grid.js';
import { Panel } from './Panel.jsx';

/** A whole dashboard: its head, and every panel at its place in the grid. */
export function Dashboard({ dashboard, answers, choices, range, width, theme }) {
  return (
    <div style={{ ...gridSize(dashboard, width), position: 'relative',
      background: theme.colors.background.canvas }}>
      <Head {...{ dashboard, choices, range, theme }} />
      {dashboard.panels.map(panel => {
        const place = placeOf(panel.gridPos, width);
        return (
          <div key={panel.id} style={{ ...place, position: 'absolute' }}>
            <Panel {...{ panel, range, theme }} frames={answers[panel.id]}
              width={place.width} height={place.height} />
          </div>
        );
      })}
    </div>
  );
}

function Head({ dashboard, choices, range, theme }) {
  const box = {
    border: `1px solid ${theme.colors.border.medium}`, borderRadius: 2, padding: '4px 8px',
    background: theme.components.input.background, color: theme.colors.text.primary,
  };
  const moment = time => dateTimeFormat(time, { timeZone: 'utc' });
  return (
    <div style={{ height: headHeight, padding: '0 16px', display: 'flex', alignItems: 'center',
      gap: 16, fontSize: 12, color: theme.colors.text.secondary }}>
      <span style={{ ...theme.typography.h4, color: theme.colors.text.primary, flexGrow: 1 }}>
        {dashboard.title}
      </span>
      {Object.entries(choices).map(([name, { label, value }]) => (
        <span key={name}>{label} &nbsp;<span style={box}>{value}</span></span>
      ))}
      <span style={{ ...box, display: 'flex', gap: 6, alignItems: 'center' }}>
        <Icon name="clock-nine" size="sm" />
        {moment(range.from)} to {moment(range.to)} UTC
      </span>
    </div>
  );
}
