import { useEffect, useRef, useState } from 'preact/hooks';
import { areLettersOn, turnLetters } from './list-keys.ts';

const KEYS = [
  [['j'], 'Next job'],
  [['k'], 'Previous job'],
  [['←', '→', '↑', '↓'], 'Move within the list or the grid'],
  [['Enter'], 'Open the job'],
  [['r'], 'Retry the job'],
  [['c'], 'Cancel the job'],
  [['/'], 'Search for a file'],
  [['Esc'], 'Leave the search'],
  [['?'], 'Show these keys'],
] as const;

/** Lists the keys of the job list, and turns the letters among them on or off. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [areOn, setOn] = useState(areLettersOn);
  useEffect(() => dialog.current?.showModal(), []);
  const turn = (on: boolean) => {
    turnLetters(on);
    setOn(on);
  };
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="keys-title" onClose={onClose}>
      <h2 id="keys-title">Keyboard shortcuts</h2>
      <dl class="keys">
        {KEYS.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <label class="keys-choice">
        <input type="checkbox" checked={areOn} onChange={(event) => turn(event.currentTarget.checked)} />
        Use the letters and characters
      </label>
      <div class="buttons">
        <button type="button" class="button primary" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
    </dialog>
  );
}
