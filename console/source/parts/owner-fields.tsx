import type { Owner } from '../upload/tickets.ts';

const FIELDS = [
  { name: 'tenant', label: 'Tenant' },
  { name: 'user', label: 'User' },
] as const;

/** Whose uploads they are, for those who may upload for others. */
export function OwnerFields({ owner, onChange }: { owner: Owner; onChange: (owner: Owner) => void }) {
  return (
    <details class="owner" open={owner.tenant !== undefined}>
      <summary>Upload on behalf of somebody</summary>
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
        <p class="small muted">For operators, and for tokens that name no user. Others leave this empty.</p>
      </div>
    </details>
  );
}
