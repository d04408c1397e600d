import type { ComponentChildren } from 'preact';
import type { Problem } from '../api/problem.ts';

type Tone = 'info' | 'good' | 'warn' | 'bad';

/** Renders a notice. Screen readers announce errors at once, everything else at the next pause. */
export function Notice({
  tone,
  title,
  children,
  action,
}: {
  tone: Tone;
  title: string;
  children?: ComponentChildren;
  action?: ComponentChildren;
}) {
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <div>
        <p class="notice-title">{title}</p>
        {children && <div class="notice-text">{children}</div>}
      </div>
      {action && <div class="notice-action">{action}</div>}
    </div>
  );
}

export function ProblemNotice({
  problem,
  onRetry,
  action = 'Try again',
}: {
  problem: Problem;
  onRetry?: () => void;
  action?: string;
}) {
  const again = onRetry && (
    <button type="button" class="button" onClick={onRetry}>
      {action}
    </button>
  );
  return (
    <Notice tone={problem.status === 0 ? 'warn' : 'bad'} title={problem.title} action={again}>
      {problem.message}
    </Notice>
  );
}

export function Empty({
  title,
  level = 2,
  children,
}: {
  title: string;
  level?: 1 | 2;
  children?: ComponentChildren;
}) {
  const Heading = `h${level}` as 'h1' | 'h2';
  return (
    <div class="empty">
      <Heading>{title}</Heading>
      {children && <p class="muted">{children}</p>}
    </div>
  );
}

/** Renders gray placeholders while content is loading. */
export function Loading({ rows = 4, label = 'Loading' }: { rows?: number; label?: string }) {
  return (
    <div class="loading" role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, i) => (
        <div class="skeleton" key={i} />
      ))}
    </div>
  );
}
