// Who may import whom. Imports of types count as imports. What a linter of one file can see stands
// in biome.json: packages that only some files may import, re-exports, and imports that hide in the
// middle of a type.

const ROOTS = 'base media contract core lambdas tasks cli client console local scripts tests bench samples';
const PRODUCT = 'base media contract core lambdas tasks cli client console';

/** What each folder may import of ours beside itself; tests and benchmarks may import anything. */
const LAYERS = {
  base: '',
  media: 'base',
  contract: 'base media/kinds media/profile',
  core: 'base media contract',
  lambdas: 'base media contract core',
  tasks: 'base media contract core',
  cli: 'base contract',
  client: 'base contract',
  console: 'base contract',
  local: `${PRODUCT} samples`,
  scripts: `${PRODUCT} samples local`,
  samples: '',
};

/** What each folder of core/ may import of core/ beside itself. */
const CORE_LAYERS = {
  aws: '',
  uploads: 'aws',
  jobs: 'aws uploads',
  profiles: 'aws',
  watermarks: 'aws',
  outputs: 'aws uploads jobs profiles watermarks',
  queue: 'aws uploads jobs',
  lifecycle: 'aws uploads jobs outputs queue',
  entry: 'aws uploads jobs profiles watermarks outputs queue',
};

/** What code in a sandboxed process shares with the code that starts it. */
const SHARED_WITH_CHILDREN = [
  'media/image/heic/heic-answer.ts',
  'media/document/reader/page-protocol.ts',
  'media/document/reader/font-folders.ts',
  'media/document/limits.ts',
];

const below = (folders, root = '') => `^${root}(?:${folders.trim().split(' ').join('|')})/`;
const exactly = (files) => `^(?:${files.join('|').replaceAll('.', '\\.')})$`;
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const layers = Object.entries(LAYERS).map(([folder, others]) =>
  rule(
    `layer-${folder}`,
    `${folder}/ imports of ours only ${others.replaceAll(' ', ', ') || 'itself'}`,
    { path: below(folder) },
    { path: below(ROOTS), pathNot: below(`${folder} ${others}`) },
  ),
);

const coreLayers = Object.entries(CORE_LAYERS).map(([folder, others]) =>
  rule(
    `layer-core-${folder}`,
    `core/${folder}/ imports of core/ only ${others.replaceAll(' ', ', ') || 'itself'}`,
    { path: below(folder, 'core/') },
    { path: '^core/', pathNot: below(`${folder} ${others}`, 'core/') },
  ),
);

/** @type {import('dependency-cruiser').IConfiguration} */
// biome-ignore lint/style/noDefaultExport: dependency-cruiser reads its configuration from the default export.
export default {
  forbidden: [
    ...layers,
    ...coreLayers,
    rule(
      'no-lambda-to-lambda',
      'Functions share through core/ or media/, never with each other',
      { path: '^lambdas/([^/]+)/' },
      { path: '^lambdas/', pathNot: '^lambdas/$1/' },
    ),
    rule(
      'no-task-to-task',
      'Task programs share through core/ or media/, never with each other',
      { path: '^tasks/([^/]+)/' },
      { path: '^tasks/', pathNot: '^tasks/$1/' },
    ),
    rule(
      'child-from-outside',
      'Code in child/ runs on hostile input in a sandboxed process: it is started, never imported',
      { pathNot: ['/child/', '^tests/'] },
      { path: '/child/' },
    ),
    rule(
      'child-to-outside',
      `Code in child/ imports of ours only its own folder, base/ and ${SHARED_WITH_CHILDREN.join(', ')}`,
      { path: '^(.+/child)/' },
      { path: below(ROOTS), pathNot: ['^$1/', '^base/', exactly(SHARED_WITH_CHILDREN)] },
    ),
    rule(
      'sharp-in-one-file',
      'media/sharp/hardened-sharp.ts blocks decoders for the whole process; whoever imports sharp (types aside) may run before it',
      { path: below(`${PRODUCT} local scripts`), pathNot: exactly(['media/sharp/hardened-sharp.ts']) },
      { path: '(?:^|node_modules/)sharp(?:/|$)', dependencyTypesNot: ['type-only'] },
    ),
    rule('no-cycles', 'Files that import each other, types included', {}, { circular: true }),
    // A name that cannot be resolved would pass every rule above.
    rule('resolvable', 'Expected an import that leads somewhere', {}, { couldNotResolve: true }),
  ],
  options: {
    // TypeScript 7 has no API that this tool could use yet. SWC is here for Jest, and its parser
    // keeps imports of types.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.d.ts', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
};
