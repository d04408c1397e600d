import type { JobSummary } from '../../../contract/job-api.ts';
import type { Thumbnail } from '../../../contract/thumbnail-api.ts';
import { taskQueue } from './task-queue.ts';

/** The version of a job: its outputs change only with its status, and every such change is dated. */
export type JobVersion = Pick<JobSummary, 'jobId' | 'updatedAt'>;

/** A thumbnail; undefined if the job has none. */
type Answer = Thumbnail | undefined;

interface Load {
  answer: Promise<Answer>;
  /** End of the validity of the link, in epoch milliseconds. */
  until: number;
}

/** Number of answers to keep; each is about 1 kB. */
const MOST = 1000;

/**
 * Loads thumbnails for rows that come into sight and go out of it: at most `limit` at once, and one
 * request per job version while its link is valid.
 */
export function thumbnailLoader(load: (jobId: string) => Promise<Answer>, limit: number) {
  const queue = taskQueue(limit);
  const loads = new Map<string, Load>();

  const begin = (key: string, jobId: string): Promise<Answer> => {
    const begun: Load = { until: Number.POSITIVE_INFINITY, answer: Promise.resolve(undefined) };
    begun.answer = load(jobId).then(
      (thumbnail) => {
        if (thumbnail) begun.until = Date.parse(thumbnail.expiresAt);
        return thumbnail;
      },
      () => {
        // Asked again when a row of the job next comes into sight.
        loads.delete(key);
        return undefined;
      },
    );
    loads.set(key, begun);
    const [oldest] = loads.keys();
    if (loads.size > MOST && oldest !== undefined) loads.delete(oldest);
    return begun.answer;
  };

  const known = (key: string): Promise<Answer> | undefined => {
    const found = loads.get(key);
    return found && found.until > Date.now() ? found.answer : undefined;
  };

  /**
   * Passes the thumbnail on as soon as it is known. Returns how to stop: a request that has not
   * begun is then dropped. `caller`: an answer is never passed on to another one.
   */
  return (caller: string, { jobId, updatedAt }: JobVersion, show: (answer: Answer) => void) => {
    const key = JSON.stringify([caller, jobId, updatedAt]);
    let wanted = true;
    const tell = (answer: Answer) => {
      if (wanted) show(answer);
    };
    const loaded = known(key);
    const drop = loaded ? undefined : queue.add(async () => tell(await (known(key) ?? begin(key, jobId))));
    void loaded?.then(tell);
    return () => {
      wanted = false;
      drop?.();
    };
  };
}
