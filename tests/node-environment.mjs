import { AsyncLocalStorage } from 'node:async_hooks';
import { TestEnvironment } from 'jest-environment-node';

/** Storages in use since the last test file ended. */
const inUse = new Set();
for (const method of ['run', 'enterWith']) {
  const original = AsyncLocalStorage.prototype[method];
  AsyncLocalStorage.prototype[method] = function (...args) {
    inUse.add(this);
    return original.apply(this, args);
  };
}

/**
 * Jest's environment for Node, which also disables each `AsyncLocalStorage` when its test file ends.
 * jest-circus makes one for each file, and until Node 24 each one costs every later promise of the
 * process some time (`storageHook` in Node's lib/internal/async_local_storage/async_hooks.js): after 40
 * files an `await` took ten times as long.
 */
// biome-ignore lint/style/noDefaultExport: Jest loads an environment from the default export.
export default class extends TestEnvironment {
  async teardown() {
    for (const storage of inUse) storage.disable();
    inUse.clear();
    await super.teardown();
  }
}
