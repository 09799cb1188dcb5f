import { renderTextPanelMarkdown } from '@grafana/data';

/** Markdown. */
export function Words({ panel: { options: { mode, content } } }) {
  if (mode !== 'markdown') throw new Error(`cannot draw text in ${mode}`);
  return (
    <div className="markdown-html"
      dangerouslySetInnerHTML={{ __html: renderTextPanelMarkdown(content) }} />
  );
}
