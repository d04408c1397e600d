import { expect, test } from '@jest/globals';
import { MediaError } from '../../../base/errors.ts';
import { namedIfMachine, REFUSED_THREAD } from '../../../base/machine-error.ts';

/** As programs said it that were limited to a few processes, or had a full disk. */
const SAID: readonly [string, string][] = [
  [
    'Node',
    '../src/node_platform.cc:104 Assertion failed: (0) == (uv_thread_create(t.get(), start_thread, this))',
  ],
  [
    'LibreOffice',
    "terminate called after throwing an instance of 'std::runtime_error' what(): osl::Thread::create failed",
  ],
  ['ffmpeg', 'Error creating thread: Resource temporarily unavailable'],
];

test.each(SAID)('%s that is refused a thread says so', (_program, text) => {
  expect(text).toMatch(REFUSED_THREAD);
  expect(namedIfMachine(new Error(text))).toMatchObject({ name: 'OutOfMemory' });
});

test('errors with a name, and those that do not tell of the machine, stay as they are', () => {
  for (const error of [new MediaError('CorruptMedia', 'EAGAIN'), new Error('Expected a page')])
    expect(namedIfMachine(error)).toBe(error);
  expect(namedIfMachine(new Error('ENOSPC: no space left on device'))).toMatchObject({ name: 'OutOfDisk' });
});
