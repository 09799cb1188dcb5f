// Grafana's grid: 24 columns, rows of 30 pixels, eight between panels.
const columns = 24;
const rowHeight = 30;
const gap = 8;
const margin = 16;
export const headHeight = 56;

/** The size of a dashboard's picture. */
export function gridSize(dashboard, width) {
  const rows = Math.max(...dashboard.panels.map(({ gridPos: { y, h } }) => y + h));
  return { width, height: headHeight + rows * (rowHeight + gap) - gap + margin };
}

/** Where a panel lies in the picture, in pixels. */
export function placeOf({ x, y, w, h }, width) {
  const column = (width - 2 * margin + gap) / columns;
  return {
    left: margin + x * column,
    top: headHeight + y * (rowHeight + gap),
    width: w * column - gap,
    height: h * (rowHeight + gap) - gap,
  };
}
