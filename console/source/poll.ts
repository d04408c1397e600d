import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, type Problem } from './api/problem.ts';

export interface Polled<T> {
  data?: T;
  /** Error of the last load; `data` then holds the previous result. */
  problem?: Problem;
  refresh: () => void;
}

/** Expected rate of change: frequent while a job runs, occasional, or none without `refresh`. */
export type Pace = 'live' | 'idle' | 'final';

/**
 * Polling intervals in milliseconds: short after a change, then longer and longer while nothing
 * changes.
 */
const FIRST = 1000;
const LAST = { live: 3000, idle: 20_000 };
const SLOWER = 1.5;

/**
 * Polls while the page is visible. `key` identifies the data; a new key discards the old data.
 * After `final`, only `refresh` loads again. `kept`: data of the key to show until the first load.
 */
export function usePolled<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  paceOf: (data: T) => Pace = () => 'idle',
  kept?: T,
): Polled<T> {
  const initial = { key, ...(kept !== undefined && { data: kept }) };
  const [state, setState] = useState<{ key: string; data?: T; problem?: Problem }>(initial);
  const [round, setRound] = useState(0);
  const latest = useRef({ load, paceOf });
  latest.current = { load, paceOf };

  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let pause = FIRST;
    let seen = '';
    let loading = false;
    const run = async () => {
      if (document.hidden || loading) return;
      clearTimeout(timer);
      loading = true;
      try {
        const data = await latest.current.load(abort.signal);
        if (abort.signal.aborted) return;
        const text = JSON.stringify(data);
        if (text !== seen) setState({ key, data });
        const pace = latest.current.paceOf(data);
        if (pace === 'final') return;
        pause = text === seen ? Math.min(LAST[pace], pause * SLOWER) : FIRST;
        seen = text;
      } catch (error) {
        if (abort.signal.aborted) return;
        pause = Math.min(LAST.idle, pause * SLOWER);
        // The next success must clear the problem, even if the data is the same.
        seen = '';
        setState((before) => ({ ...(before.key === key ? before : initial), problem: asProblem(error) }));
      } finally {
        loading = false;
      }
      timer = setTimeout(run, pause);
    };
    const wake = () => void run();
    document.addEventListener('visibilitychange', wake);
    addEventListener('online', wake);
    addEventListener('offline', wake);
    void run();
    return () => {
      abort.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', wake);
      removeEventListener('online', wake);
      removeEventListener('offline', wake);
    };
  }, [key, round]);

  const refresh = useCallback(() => setRound((before) => before + 1), []);
  return { ...(state.key === key ? state : initial), refresh };
}
