import { type ErrorName, MediaError } from './errors.ts';

/** What programs and libraries say, before they give up or crash, if the system refuses them a thread. */
export const REFUSED_THREAD =
  /Error creating thread|Resource temporarily unavailable|uv_thread_create|pthread_create|Thread::create failed/;

/** What the system's and libraries' errors say where the machine is at fault, and not the upload. */
const MEANINGS: readonly [RegExp, ErrorName, string][] = [
  [/\bENOSPC\b|No space left on device/, 'OutOfDisk', 'The disk is full'],
  [
    new RegExp(`\\b(?:EAGAIN|ENOMEM|EMFILE|ENFILE)\\b|Cannot allocate memory|${REFUSED_THREAD.source}`),
    'OutOfMemory',
    'Out of memory, threads or open files',
  ],
];

/**
 * Returns the error, with a name from ERRORS if it is one of the machine's without such a name: any
 * library may pass on one. Step Functions would not know how to retry it.
 */
export function namedIfMachine(error: Error): Error {
  if (error instanceof MediaError) return error;
  const found = MEANINGS.find(([pattern]) => pattern.test(error.message));
  if (!found) return error;
  const [, name, meaning] = found;
  return new MediaError(name, `${meaning}: ${error.message}`, { cause: error });
}
