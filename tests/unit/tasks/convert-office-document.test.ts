import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readConfig } from '../../../base/config.ts';
import type { WorkOrder } from '../../../contract/work-order.ts';
import {
  convertOfficeDocumentJob,
  SETTINGS,
} from '../../../tasks/convert-office-document/convert-office-document.ts';
import { memoryStores } from '../../support/memory-stores.ts';
import { withOffice } from '../media/office/with-office.ts';

const order = {
  ...{ jobId: 'job_a', executionArn: 'execution', tenantId: 'acme', userId: 'ann', stem: 'it' },
  ...{ bucket: 'media', key: 'k', versionId: 'v1', etag: 'e1', size: 1, kind: 'DOCUMENT' },
  ...{ contentType: 'application/rtf', convert: true, timeoutSeconds: 600 },
} satisfies WorkOrder;

/** Needs some 500 MiB: far less than the task has by default. */
const hungry = `{\\rtf1\\ansi ${'a\\par '.repeat(300_000)}}`;

withOffice('a task', () => {
  test('gives LibreOffice its share of the memory that the task has', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'convert-task-'));
    try {
      const { stores } = memoryStores({ download: (to) => writeFile(to, hungry) });
      const config = readConfig({ TASK_MEMORY_MIB: '512' }, SETTINGS);
      const { signal } = new AbortController();
      const deps = { stores, config, signal, onProgress: () => undefined, directory };
      await expect(convertOfficeDocumentJob(deps, order)).rejects.toThrow('within 384 MiB of memory');
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
