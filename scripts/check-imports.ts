import { readdirSync } from 'node:fs';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';

/**
 * Checks every import below the working directory against .dependency-cruiser.mjs. Uses the API,
 * because the command line warns on each run that it found no TypeScript before 7.
 */
async function checkImports(): Promise<void> {
  const folders = readdirSync('.', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^\.|^(?:node_modules|dist|out)$/.test(entry.name))
    .map(({ name }) => name);
  const { ruleSet, ...options } = await extractOptions('./.dependency-cruiser.mjs');
  const rules = ruleSet?.forbidden ?? [];
  const { output } = await cruise(folders, { ...options, ...(ruleSet && { ruleSet }), validate: true });
  const { violations, totalCruised } = (output as ICruiseResult).summary;
  // A parser that silently found nothing would pass everything.
  if (totalCruised === 0 || rules.length === 0) throw new Error('Expected files and rules, got none.');
  for (const { rule, from, to, cycle } of violations) {
    const path = cycle ? [from, ...cycle.map(({ name }) => name)] : [from, to];
    console.log(`${rule.name}: ${path.join(' → ')}`);
    console.log(`  ${rules.find(({ name }) => name === rule.name)?.comment ?? ''}`);
  }
  if (violations.length > 0) process.exitCode = 1;
  else console.log(`${totalCruised} files follow ${rules.length} rules`);
}

await checkImports();
