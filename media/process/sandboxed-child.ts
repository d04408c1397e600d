import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { boundToParent } from './process-group.ts';

export interface SandboxedChild {
  /** Name of the program, a file of the folder `child/` beside the one that starts it. */
  name: string;
  /** `import.meta.url` of the file that starts it. */
  parent: string;
  heapMiB: number;
  /** Files and folders that it may read beside its own code; `*` at the end is a wildcard. */
  readable: readonly string[];
  /** Folders that it may write to; default: none. */
  writable?: readonly string[];
  /** Node's other permissions that it needs: https://nodejs.org/api/permissions.html. */
  permissions?: readonly '--allow-addons'[];
  /** Arguments of the program itself. */
  args?: readonly string[];
}

/** Where the code of the engines lies in the source tree: a child may import its own folder, its protocol and its limits from there. */
const SOURCES = fileURLToPath(new URL('..', import.meta.url));

/**
 * The program and arguments to spawn for a child that touches hostile input: Node with its permission model, so that it can read and write
 * nothing but what is named here, starts no program, compiles no code from strings, and dies with its parent.
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

/** `child/{name}.ts` in the source tree; in a package the build puts `{name}.mjs`, which needs no other file, beside the bundle. */
function locate({ name, parent }: Pick<SandboxedChild, 'name' | 'parent'>): { entry: string; code: string } {
  if (parent.endsWith('.ts'))
    return { entry: fileURLToPath(new URL(`child/${name}.ts`, parent)), code: SOURCES };
  const entry = fileURLToPath(new URL(`${name}.mjs`, parent));
  return { entry, code: dirname(entry) };
}
