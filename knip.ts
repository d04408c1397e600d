import type { KnipConfig } from 'knip';

/**
 * Dead files, exports and dependencies. `knip` takes everything into account; `knip --production`
 * leaves tests and benchmarks out, and so finds what only they use. An export that its own file
 * uses too is then left alone: tests may look inside.
 */
// biome-ignore lint/style/noDefaultExport: knip reads its configuration from the default export.
export default ({ production = false }): KnipConfig => ({
  // An entry or project pattern with `!` counts in production too.
  entry: [
    'lambdas/*/handler.ts!',
    'tasks/*/main.ts!',
    '**/child/*-child.ts!',
    'local/main.ts!',
    'console/source/main.tsx!',
    'scripts/*.ts!',
    'bench/**/*.ts',
    'tests/**/*.test.ts',
    'tests/e2e/console/take-screenshots.ts',
  ],
  project: ['**/*.{ts,tsx,mjs}!', '!tests/**!', '!bench/**!'],
  ignoreExportsUsedInFile: production,
  // Found by createRequire(…).resolve(), which knip does not follow.
  ignoreDependencies: production ? ['libheif-js'] : ['libheif-js', 'axe-core'],
  // Programs of the system and scripts in other languages.
  ignoreUnresolved: [/\.sh$/],
  exclude: ['binaries'],
});
