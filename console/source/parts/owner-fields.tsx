import type { Owner } from '../upload/tickets.ts';

const FIELDS = [
  { name: 'tenant', label: 'Tenant' },
  { name: 'user', label: 'User' },
] as const;

/** Renders fields for the owner of uploads, for callers who may upload for others. */
export function OwnerFields({ owner, onChange }: { owner: Owner; onChange: (owner: Owner) => void }) {
  return (
    <details class="owner" open={owner.tenant !== undefined}>
      <summary>Upload for someone else</summary>
      <div class="fields">
        {FIELDS.map(({ name, label }) => (
          <label key={name}>
            {label}
            <input
              value={owner[name] ?? ''}
              pattern="[A-Za-z0-9_\-]{1,64}"
              autocomplete="off"
              spellcheck={false}
              onInput={(event) => onChange({ ...owner, [name]: event.currentTarget.value })}
            />
          </label>
        ))}
        <p class="small muted">For operators, and for tokens without a user. Otherwise leave this empty.</p>
      </div>
    </details>
  );
}
