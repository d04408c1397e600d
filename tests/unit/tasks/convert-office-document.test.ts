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

/** Runs the task on a file; `memory` in MiB. */
async function converted(file: string, memory: number) {
  const directory = await mkdtemp(join(tmpdir(), 'convert-task-'));
  try {
    const { stores } = memoryStores({ download: (to) => writeFile(to, file) });
    const config = readConfig({ TASK_MEMORY_MIB: `${memory}` }, SETTINGS);
    const { signal } = new AbortController();
    return await convertOfficeDocumentJob({ stores, config, signal, onProgress: () => {}, directory }, order);
  } finally {
    await rm(directory, { recursive: true });
  }
}

withOffice('a task', () => {
  test('gives LibreOffice its share of the memory that the task has', async () => {
    await expect(converted(hungry, 512)).rejects.toThrow('within 384 MiB of memory');
  });

  test('says which LibreOffice made the PDF', async () => {
    const { key, tools } = await converted('{\\rtf1\\ansi Quarterly report}', 4096);
    expect(key).toBe('intermediate/job_a/document.pdf');
    expect(tools).toEqual({ libreoffice: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  });
});
