import { useState } from 'preact/hooks';
import { IDENTIFIER_PATTERN } from '../../../contract/identifier.ts';
import { chooseIdentity } from '../session/session.ts';

const KNOWN = ['operator', 'demo/you', 'acme/ann'];
const OTHER = 'other';
const IDENTITY = new RegExp(`^(?:operator|${IDENTIFIER_PATTERN}(?:/${IDENTIFIER_PATTERN})?)$`);

/** Lets the user choose an identity on the local cloud, where there is no sign-in. */
export function IdentityChoice({ identity }: { identity: string }) {
  const [asking, setAsking] = useState(false);
  const choose = (value: string) => {
    if (value === OTHER) setAsking(true);
    else chooseIdentity(value);
  };
  if (asking) return <IdentityForm onDone={() => setAsking(false)} />;
  const options = KNOWN.includes(identity) ? KNOWN : [...KNOWN, identity];
  return (
    <label class="who">
      <span class="who-label">Acting as</span>
      <select value={identity} onChange={(event) => choose(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
        <option value={OTHER}>Other…</option>
      </select>
    </label>
  );
}

function IdentityForm({ onDone }: { onDone: () => void }) {
  const [text, setText] = useState('');
  const valid = IDENTITY.test(text);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!valid) return;
    onDone();
    chooseIdentity(text);
  };
  return (
    <form class="who" onSubmit={submit}>
      <input
        aria-label="Tenant and user"
        placeholder="tenant/user"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        // biome-ignore lint/a11y/noAutofocus: it replaces the menu that the user just used.
        autoFocus
      />
      <button type="submit" class="button" disabled={!valid}>
        Use
      </button>
      <button type="button" class="button quiet" onClick={onDone}>
        Back
      </button>
    </form>
  );
}
