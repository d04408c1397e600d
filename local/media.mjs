#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

// `media`, once `npm link` has been run here: the command line, from any folder, on the Node version
// that package.json pins.
const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const args = ['--disable-warning=ExperimentalWarning', at('local/main.ts'), ...process.argv.slice(2)];
const child = spawn(at('node_modules/.bin/node'), args, { stdio: 'inherit' });
// A terminal sends Ctrl-C to both: the command decides what it means. Other signals come here alone.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
const [code] = await once(child, 'exit').catch((error) => {
  process.stderr.write(`Expected the packages to be installed (npm ci) in ${at('')}: ${error.message}\n`);
  return [1];
});
process.exitCode = code ?? 1;
