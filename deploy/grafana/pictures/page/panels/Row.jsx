import { Icon } from '@grafana/ui';

/** A heading over the panels that follow. */
export const Row = ({ panel, theme }) => (
  <div style={{ height: '100%', display: 'flex', alignItems: 'center', gap: 4,
    ...theme.typography.h6 }}>
    <Icon name={panel.collapsed ? 'angle-right' : 'angle-down'} /> {panel.title}
  </div>
);
