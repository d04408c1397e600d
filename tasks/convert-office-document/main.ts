import { readConfig } from '../../base/config.ts';
import { taskMain } from '../../core/entry/task-main.ts';
import { convertOfficeDocumentJob, SETTINGS } from './convert-office-document.ts';

await taskMain('convert-office-document', (stores) => {
  const config = readConfig(process.env, SETTINGS);
  return (order, run) => convertOfficeDocumentJob({ stores, config, ...run }, order);
});
