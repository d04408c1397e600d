// One log line per handler call would drown the report.
process.env.POWERTOOLS_LOG_LEVEL ??= 'CRITICAL';
// X-Ray's automatic mode hooks into every promise, which the proofs create by the million.
process.env.AWS_XRAY_MANUAL_MODE ??= 'true';

const swc = {
  jsc: {
    parser: { syntax: 'typescript' },
    target: 'es2023',
    // `with { type: 'json' }`
    experimental: { keepImportAttributes: true },
  },
  module: { type: 'es6' },
};

/** @type {import('jest').Config} */
// biome-ignore lint/style/noDefaultExport: Jest reads its configuration from the default export.
export default {
  testEnvironment: '<rootDir>/tests/node-environment.mjs',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  reporters: ['default', '<rootDir>/tests/closing-line.mjs'],
  // Most tests wait for programs and servers: leaving a core to them would leave it idle.
  maxWorkers: '100%',
  // ES modules of earlier test files stay in memory (https://github.com/jestjs/jest/issues/14605), which
  // makes collecting garbage slow: a worker with more than this starts anew.
  workerIdleMemoryLimit: '500MB',
  // Generous: machines are shared, and a test that hangs is rare. A proof with a SIZE of its own takes up to an hour.
  testTimeout: process.env.SIZE ? 3_600_000 : 240_000,
};
