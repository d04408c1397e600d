import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/**
 * Asks for confirmation before an action that cannot be undone. The native dialog traps focus and
 * closes on Escape.
 */
export function Confirm({
  title,
  children,
  action,
  danger = false,
  onConfirm,
  onClose,
}: {
  title: string;
  children: ComponentChildren;
  action: string;
  danger?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  // Closed before it is removed: that gives the focus back to where it was, removal does not.
  const close = () => dialog.current?.close();
  const confirm = () => {
    close();
    onConfirm();
  };
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="confirm-title" onClose={onClose}>
      <h2 id="confirm-title">{title}</h2>
      <div class="confirm-text">{children}</div>
      <div class="buttons">
        <button type="button" class="button" onClick={close}>
          Back
        </button>
        <button type="button" class={`button ${danger ? 'danger' : 'primary'}`} onClick={confirm}>
          {action}
        </button>
      </div>
    </dialog>
  );
}
