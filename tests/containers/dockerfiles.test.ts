import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { DockerfileParser } from 'dockerfile-ast';
import { ValidationSeverity, validate } from 'dockerfile-utils';
import { IMAGES } from '../../scripts/build/images.ts';

const SETTINGS = {
  deprecatedMaintainer: ValidationSeverity.ERROR,
  directiveCasing: ValidationSeverity.ERROR,
  emptyContinuationLine: ValidationSeverity.ERROR,
  instructionCasing: ValidationSeverity.ERROR,
  instructionCmdMultiple: ValidationSeverity.ERROR,
  instructionEntrypointMultiple: ValidationSeverity.ERROR,
  instructionWorkdirRelative: ValidationSeverity.ERROR,
  instructionJSONInSingleQuotes: ValidationSeverity.ERROR,
};

test('there is a Dockerfile for each image, and a task in each', () => {
  expect(readdirSync('containers').sort()).toEqual(Object.keys(IMAGES).sort());
  const tasks = readdirSync('tasks').sort();
  expect(Object.values(IMAGES).flat().sort()).toEqual(tasks);
});

test('LibreOffice has the same parts in its image as on one machine', () => {
  const parts = (text: string | undefined) => text?.match(/libreoffice-[\w-]+/g)?.sort();
  const makefile = readFileSync('Makefile', 'utf8').match(/^OFFICE := (.*)$/m)?.[1];
  expect(parts(readFileSync('containers/office/Dockerfile', 'utf8'))).toEqual(parts(makefile));
});

describe.each(Object.keys(IMAGES))('containers/%s/Dockerfile', (image) => {
  const text = readFileSync(`containers/${image}/Dockerfile`, 'utf8');
  const file = DockerfileParser.parse(text);
  const instructions = (keyword: string) =>
    file.getInstructions().filter((instruction) => instruction.getKeyword() === keyword);
  const run = () => instructions('RUN').map((instruction) => instruction.getRawArgumentsContent() ?? '');

  test('passes the linter', () => {
    expect(validate(text, SETTINGS)).toEqual([]);
  });

  test('starts from the Node that package.json pins, by its digest', () => {
    const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    const bases = file.getFROMs().map((from) => from.getImage());
    expect(bases).toEqual([expect.stringMatching(/^node:[\d.]+-bookworm-slim@sha256:[0-9a-f]{64}$/)]);
    expect(bases[0]).toContain(`node:${devDependencies.node}-`);
  });

  test('does not run as root', () => {
    const users = instructions('USER').map((instruction) => instruction.getArgumentsContent());
    expect(users.at(-1)).toBe('node');
  });

  test('has no program that could become root', () => {
    expect(run().join('\n')).toContain('find / -xdev -type f -perm /6000 -exec chmod a-s {} +');
  });

  test('starts one of its own programs, without a shell', () => {
    const [command] = instructions('CMD').map((instruction) => instruction.getArgumentsContent() ?? '');
    const programs = IMAGES[image as keyof typeof IMAGES].map((task) => `dist/tasks/${task}/main.mjs`);
    expect(programs.map((program) => ['node', program])).toContainEqual(JSON.parse(command ?? ''));
  });

  test('installs no more than it names, and leaves no package lists', () => {
    for (const command of run().filter((command) => command.includes('apt-get install'))) {
      expect(command).toContain('--no-install-recommends');
      expect(command).toContain('rm -rf /var/lib/apt/lists/*');
    }
  });

  test('fetches nothing but Debian packages, and holds no secret', () => {
    expect(instructions('ADD')).toEqual([]);
    expect(run().join('\n')).not.toMatch(/\b(?:curl|wget|npm i|npm install|npm ci)\b/);
    expect(text).not.toMatch(/\b(?:password|secret|token|AWS_[A-Z_]+)\s*=/i);
  });

  test('leaves its user one place to write to', () => {
    expect(instructions('VOLUME').map((instruction) => instruction.getArgumentsContent())).toEqual([
      '["/tmp"]',
    ]);
    expect(run().join('\n')).toContain('chown node:node /tmp');
  });
});
