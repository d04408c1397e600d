import { useState } from 'preact/hooks';
import { IDENTIFIER_PATTERN } from '../../../contract/identifier.ts';
import { JOB_STATUSES } from '../../../contract/lists.ts';
import { KIND_CHOICES } from '../kind.ts';
import { statusLabel } from '../parts/status.tsx';
import { session } from '../session/session.ts';
import { useStore } from '../store.ts';

/** Media query for screens wide enough to keep the filter open. */
const WIDE = matchMedia('(min-width: 48rem)');

/** ID of the field that the `/` key goes to. */
const SEARCH = 'file-search';

type Filter = Record<string, string>;

export function JobFilters({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const who = useStore(session);
  const oneTenant = who.by === 'development' && who.identity !== 'operator';
  const set = (name: string, value: string) => {
    const { [name]: _before, ...rest } = filter;
    onChange(value ? { ...rest, [name]: value } : rest);
  };
  return (
    <details class="filter-box" open={WIDE.matches || Object.keys(filter).length > 0}>
      <summary>Filter</summary>
      <search class="filters" aria-label="Filter">
        <Text
          id={SEARCH}
          label="File"
          value={filter.fileName}
          onChange={(value) => set('fileName', value)}
          expected={FILE}
        />
        <Choice label="Status" value={filter.status} onChange={(value) => set('status', value)}>
          {JOB_STATUSES.map((status) => [status, statusLabel(status)])}
        </Choice>
        <Choice label="Kind" value={filter.kind} onChange={(value) => set('kind', value)}>
          {KIND_CHOICES}
        </Choice>
        {!oneTenant && (
          <Text label="Tenant" value={filter.tenant} onChange={(value) => set('tenant', value)} />
        )}
        <Text label="User" value={filter.user} onChange={(value) => set('user', value)} />
        <Moment label="From" value={filter.from} onChange={(value) => set('from', value)} />
        <Moment label="To" value={filter.to} onChange={(value) => set('to', value)} />
        {Object.keys(filter).length > 0 && (
          <button type="button" class="button quiet" onClick={() => onChange({})}>
            Clear
          </button>
        )}
      </search>
    </details>
  );
}

/** Moves the focus to the search field. Returns false if there is none. */
export function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>(`#${SEARCH}`);
  const box = field?.closest('details');
  if (box) box.open = true;
  field?.focus();
  field?.select();
  return field !== null;
}

interface Field {
  id?: string;
  label: string;
  value: string | undefined;
  onChange: (value: string) => void;
}

function Choice({ label, value, onChange, children }: Field & { children: [string, string][] }) {
  return (
    <label>
      {label}
      <select value={value ?? ''} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">All</option>
        {children.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** What a field takes; empty is any. */
interface Expected {
  pattern: RegExp;
  title: string;
  size: number;
}
const IDENTIFIER: Expected = {
  pattern: new RegExp(`^(?:${IDENTIFIER_PATTERN})?$`),
  title: '1 to 64 letters, digits, _ or -',
  size: 10,
};
const FILE: Expected = {
  pattern: /^(?:tenants\/.{0,1016}|.{0,200})$/u,
  title: 'The beginning of the file name, or a whole key: tenants/…',
  size: 18,
};

function Text({ id, label, value = '', onChange, expected = IDENTIFIER }: Field & { expected?: Expected }) {
  const [text, setText] = useState(value);
  const [shown, setShown] = useState(value);
  // The URL changed under the field, for example through Clear.
  if (shown !== value) {
    setShown(value);
    setText(value);
  }
  const { pattern, title, size } = expected;
  const valid = pattern.test(text.trim());
  const commit = () => valid && text.trim() !== value && onChange(text.trim());
  return (
    <label>
      {label}
      <input
        id={id}
        type="search"
        value={text}
        placeholder="Any"
        size={size}
        spellcheck={false}
        aria-invalid={!valid}
        title={title}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
          // The browser's Escape clears the field; a second one leaves it, as does one after Enter.
          if (event.key === 'Escape' && text.trim() === value) event.currentTarget.blur();
        }}
        onBlur={commit}
      />
    </label>
  );
}

function Moment({ label, value, onChange }: Field) {
  const change = (text: string) => onChange(text ? new Date(text).toISOString() : '');
  return (
    <label>
      {label}
      <input
        type="datetime-local"
        value={value ? localText(value) : ''}
        onChange={(event) => change(event.currentTarget.value)}
      />
    </label>
  );
}

/** Formats a timestamp for a datetime-local field: in the local time zone, without an offset. */
function localText(iso: string): string {
  const date = new Date(iso);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
