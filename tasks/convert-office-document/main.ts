import { taskMain } from '../../core/entry/task-main.ts';
import { convertOfficeDocumentJob } from './convert-office-document.ts';

await taskMain(
  'convert-office-document',
  (stores) => (order, run) => convertOfficeDocumentJob({ stores, ...run }, order),
);
