import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MediaError } from '../../base/errors.ts';
import { namedIfMachine } from '../../base/machine-error.ts';
import { boundToParent } from './process-group.ts';

export interface SandboxedChild {
  /** Name of the program: a file in the `child/` folder next to the file that starts it. */
  name: string;
  /** `import.meta.url` of the file that starts it. */
  parent: string;
  heapMiB: number;
  /** Files and folders readable in addition to its own code; a trailing `*` is a wildcard. */
  readable: readonly string[];
  /** Folders that it may write to; none by default. */
  writable?: readonly string[];
  /** Further Node permissions: https://nodejs.org/api/permissions.html. */
  permissions?: readonly '--allow-addons'[];
  /** Arguments for the program itself. */
  args?: readonly string[];
}

/**
 * Root of the engines' code in the source tree, from which a child may import its own folder, its
 * protocol and its limits.
 */
const SOURCES = fileURLToPath(new URL('..', import.meta.url));

/**
 * Returns the program and arguments to spawn a child that handles hostile input. Node's permission
 * model restricts it to the files named here; it starts no programs, compiles no code from strings,
 * and dies with its parent.
 */
export function sandboxedChild(child: SandboxedChild): [program: string, args: string[]] {
  const { heapMiB, readable, writable = [], permissions = [], args = [] } = child;
  const { entry, code } = locate(child);
  return boundToParent(process.execPath, [
    `--max-old-space-size=${heapMiB}`,
    '--disallow-code-generation-from-strings',
    '--permission',
    ...permissions,
    ...[code, ...readable].map((path) => `--allow-fs-read=${path}`),
    ...writable.map((path) => `--allow-fs-write=${path}`),
    '--no-warnings',
    entry,
    ...args,
  ]);
}

/**
 * Returns the error of a child that ended before it was ready. It has not read any of the upload yet, so
 * that is never the upload's fault. `isLate`: it was ended for the time that it took. Otherwise a signal
 * ends it where the machine refuses it memory or a thread: Node and libuv then abort, often without a
 * word, or the kernel kills.
 */
export function startError(
  what: string,
  end: { isLate: boolean; signal: NodeJS.Signals | null; how: string; log: string },
): Error {
  const { isLate, signal, how, log } = end;
  const text = `${what} did not start: ${how}: ${log}`;
  if (isLate) return new MediaError('TimedOut', text);
  return signal ? new MediaError('OutOfMemory', text) : namedIfMachine(new Error(text));
}

/**
 * Locates `child/{name}.ts` in the source tree. In a package, the build puts a self-contained
 * `{name}.mjs` next to the bundle.
 */
function locate({ name, parent }: Pick<SandboxedChild, 'name' | 'parent'>): { entry: string; code: string } {
  if (parent.endsWith('.ts'))
    return { entry: fileURLToPath(new URL(`child/${name}.ts`, parent)), code: SOURCES };
  const entry = fileURLToPath(new URL(`${name}.mjs`, parent));
  return { entry, code: dirname(entry) };
}
