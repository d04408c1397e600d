import { useRef, useState } from 'preact/hooks';
import type { JobSummary } from '../../../contract/job-api.ts';
import { go } from '../router.ts';
import { focusJob } from './focus-job.ts';
import { focusSearch } from './job-filters.tsx';
import { JobCard, JobRow } from './job-row.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { type Command, useListKeys } from './list-keys.ts';
import { useJobAction } from './use-job-action.tsx';
import { VIEWS, type View } from './view.ts';

/** Renders jobs as rows or cards, and does with them what keys say. */
export function JobList({
  jobs,
  view,
  selected,
  onSelect,
  onView,
  onChanged,
}: {
  jobs: readonly JobSummary[];
  view: View;
  selected: string | undefined;
  onSelect: (jobId: string) => void;
  onView: (view: View) => void;
  onChanged: () => void;
}) {
  const list = useRef<HTMLUListElement>(null);
  const { ask, notice, dialog } = useJobAction(onChanged);
  const [isHelpShown, showHelp] = useState(false);
  const at = jobs.findIndex(({ jobId }) => jobId === selected);
  const current = jobs[at];

  const move = (by: number): boolean => {
    const job = jobs[current ? at + by : 0];
    if (job) focusJob(job.jobId);
    return true;
  };
  const onCurrent = (act: (job: JobSummary) => void): boolean => {
    if (current) act(current);
    return current !== undefined;
  };
  const commands: Record<Command, () => boolean> = {
    next: () => move(1),
    previous: () => move(-1),
    left: () => view === 'grid' && move(-1),
    right: () => view === 'grid' && move(1),
    above: () => move(-columnsOf(list.current)),
    below: () => move(columnsOf(list.current)),
    open: () => onCurrent(({ jobId }) => go(`/jobs/${jobId}`)),
    retry: () => onCurrent((job) => ask('retry', job)),
    cancel: () => onCurrent((job) => ask('cancel', job)),
    search: focusSearch,
    help: () => {
      showHelp(true);
      return true;
    },
  };
  useListKeys((command) => commands[command]());

  const Item = view === 'grid' ? JobCard : JobRow;
  return (
    <>
      {notice}
      {jobs.length > 0 && (
        <>
          <div class="list-head">
            <ViewChoice view={view} onView={onView} />
            <button type="button" class="button quiet keys-button" onClick={() => showHelp(true)}>
              Keyboard shortcuts
            </button>
          </div>
          <ul class={`jobs ${view === 'grid' ? 'cards' : 'rows'}`} aria-label="Jobs, newest first" ref={list}>
            {jobs.map((job, i) => (
              <Item
                key={job.jobId}
                job={job}
                isSelected={job === current}
                isTabStop={i === Math.max(0, at)}
                onSelect={onSelect}
              />
            ))}
          </ul>
        </>
      )}
      {dialog}
      {isHelpShown && <KeysDialog onClose={() => showHelp(false)} />}
    </>
  );
}

function ViewChoice({ view, onView }: { view: View; onView: (view: View) => void }) {
  return (
    <fieldset class="choice-row">
      <legend class="hidden">View</legend>
      {Object.entries(VIEWS).map(([name, label]) => (
        <button
          key={name}
          type="button"
          class="chip"
          aria-pressed={name === view}
          onClick={() => onView(name as View)}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}

/** Counts the items in the first line of a list. */
function columnsOf(list: HTMLElement | null): number {
  const items = [...(list?.children ?? [])] as HTMLElement[];
  return items.filter(({ offsetTop }) => offsetTop === items[0]?.offsetTop).length;
}
