import { useLayoutEffect, useRef } from 'preact/hooks';

export type Command =
  | 'next'
  | 'previous'
  | 'left'
  | 'right'
  | 'above'
  | 'below'
  | 'open'
  | 'retry'
  | 'cancel'
  | 'search'
  | 'help';

const LETTERS: Readonly<Record<string, Command>> = {
  j: 'next',
  k: 'previous',
  r: 'retry',
  c: 'cancel',
  '/': 'search',
  '?': 'help',
};
const ARROWS: Readonly<Record<string, Command>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'above',
  ArrowDown: 'below',
};

const OFF = 'media-pipeline.letter-keys-off';

/**
 * Tells whether letters are commands. They can be turned off, because speech input may type them
 * by accident: https://www.w3.org/WAI/WCAG22/Understanding/character-key-shortcuts.html
 */
export const areLettersOn = () => localStorage.getItem(OFF) === null;

export function turnLetters(on: boolean): void {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, 'true');
}

/** Runs the commands that keys stand for. `run` returns true if it has done something. */
export function useListKeys(run: (command: Command) => boolean): void {
  const latest = useRef(run);
  latest.current = run;
  // A layout effect ends with the page, any other a moment later.
  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const command = commandOf(event);
      if (command && latest.current(command)) event.preventDefault();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
}

/** Returns the command of a key: none while somebody types, with modifiers and in a dialog. */
function commandOf(event: KeyboardEvent): Command | undefined {
  const { key, target, isComposing } = event;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isComposing) return;
  if (!(target instanceof Element) || target.closest('input, select, textarea')) return;
  if (document.querySelector('dialog[open]')) return;
  // Elsewhere, arrows scroll the page, and Enter presses what has the focus.
  if (key in ARROWS) return target.closest('.jobs') ? ARROWS[key] : undefined;
  if (key === 'Enter') return target.matches('body, main') ? 'open' : undefined;
  return areLettersOn() ? LETTERS[key] : undefined;
}
