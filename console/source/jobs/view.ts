export const VIEWS = { list: 'List', grid: 'Grid' } as const;
export type View = keyof typeof VIEWS;

const CHOICE = 'media-pipeline.job-view';

/** Returns the view that the address names, otherwise the one chosen last. */
export function viewOf(query: URLSearchParams): View {
  return (query.get('view') ?? localStorage.getItem(CHOICE)) === 'grid' ? 'grid' : 'list';
}

export const keepView = (view: View) => localStorage.setItem(CHOICE, view);
