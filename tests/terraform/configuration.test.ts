import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { terraform, withPlaceholders } from '../../scripts/mocked-deployment.ts';
import { describeWithTerraform, PATIENCE } from './terraform.ts';

test('the lock files know the provider of every platform, not only of the machine that wrote them', () => {
  const locks = ['terraform', 'terraform/bootstrap'].map((directory) =>
    readFileSync(`${directory}/.terraform.lock.hcl`, 'utf8'),
  );
  expect(locks[1]).toBe(locks[0]);
  // 14 packages and their manifest.
  expect(locks[0]?.match(/"zh:[0-9a-f]{64}"/g)).toHaveLength(15);
});

describeWithTerraform('terraform', () => {
  test('is formatted', async () => {
    const { output, failed } = await terraform(['fmt', '-check', '-recursive', '-no-color']);
    expect({ output, failed }).toEqual({ output: '', failed: false });
  });

  test.each(['terraform', 'terraform/bootstrap'])('%s is valid', async (directory) => {
    await terraform(['init', '-backend=false', '-input=false', '-lockfile=readonly'], directory);
    const { output } = await terraform(['validate', '-json'], directory);
    expect(JSON.parse(output)).toMatchObject({ valid: true, error_count: 0, warning_count: 0 });
  });

  // File by file: all of them together take minutes on a busy machine.
  test.each(readdirSync('terraform/tests').filter((name) => name.endsWith('.tftest.hcl')))(
    'passes its own tests: %s',
    async (file) => {
      const { output, failed } = await withPlaceholders((directory) =>
        terraform(['test', '-no-color', `-filter=tests/${file}`, `-var=build_directory=${directory}`]),
      );
      expect(failed ? output : 'passed').toBe('passed');
      expect(output).toMatch(/Success! [1-9]\d* passed, 0 failed/);
    },
    PATIENCE,
  );
});
