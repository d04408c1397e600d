import { existsSync, readdirSync } from 'node:fs';

const PRODUCT = 'base media contract core lambdas tasks cli client console local scripts'.split(' ');
/** Larger folders are hard to survey. */
const MAX_FILES = 20;

const crowded = [...filesByFolder()].filter(([, count]) => count > MAX_FILES);
for (const [folder, count] of crowded)
  console.log(`${folder}: expected at most ${MAX_FILES} files in a folder, got ${count}`);
if (crowded.length > 0) process.exitCode = 1;

function filesByFolder(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const root of PRODUCT.filter((folder) => existsSync(folder)))
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) counts.set(entry.parentPath, (counts.get(entry.parentPath) ?? 0) + 1);
  return counts;
}
