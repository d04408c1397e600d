import { useState } from 'preact/hooks';
import { ERROR_CATEGORIES } from '../../../contract/lists.ts';
import { words } from '../format.ts';

export interface Selection {
  source: 'dead-letters' | 'jobs';
  filter: Record<string, string>;
  limit: number;
  ratePerSecond: number;
}

/** Renders the form that selects failed jobs and the rate at which they are retried. */
export function RedriveForm({
  operator,
  busy,
  onDryRun,
}: {
  operator: boolean;
  busy: boolean;
  onDryRun: (selection: Selection) => void;
}) {
  const [filter, setFilter] = useState<Record<string, string>>({});
  const [limit, setLimit] = useState(25);
  const [rate, setRate] = useState(5);
  const set = (name: string, value: string) => setFilter({ ...filter, [name]: value });
  const submit = (event: Event) => {
    event.preventDefault();
    const given = Object.entries(filter).filter(([, value]) => value !== '');
    const source = operator ? 'dead-letters' : 'jobs';
    onDryRun({ source, filter: Object.fromEntries(given), limit, ratePerSecond: rate });
  };
  return (
    <form class="filters card" onSubmit={submit} aria-label="Jobs to redrive">
      <label>
        Error category
        <select
          value={filter.errorCategory ?? ''}
          onChange={(event) => set('errorCategory', event.currentTarget.value)}
        >
          <option value="">All</option>
          {ERROR_CATEGORIES.map((category) => (
            <option key={category} value={category}>
              {words(category)}
            </option>
          ))}
        </select>
      </label>
      <label>
        Error name
        <input
          placeholder="Any"
          value={filter.errorName ?? ''}
          spellcheck={false}
          onInput={(event) => set('errorName', event.currentTarget.value.trim())}
        />
      </label>
      {operator && (
        <label>
          Tenant
          <input
            placeholder="Any"
            size={10}
            pattern="[A-Za-z0-9_\-]{1,64}"
            value={filter.tenant ?? ''}
            spellcheck={false}
            onInput={(event) => set('tenant', event.currentTarget.value.trim())}
          />
        </label>
      )}
      <label>
        At most
        <input
          type="number"
          min={1}
          max={100}
          value={limit}
          onInput={(event) => setLimit(Number(event.currentTarget.value) || 1)}
        />
      </label>
      <label>
        Per second
        <input
          type="number"
          min={1}
          max={50}
          value={rate}
          onInput={(event) => setRate(Number(event.currentTarget.value) || 1)}
        />
      </label>
      <button type="submit" class="button primary" disabled={busy}>
        Dry run
      </button>
    </form>
  );
}
