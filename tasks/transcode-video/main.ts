import { readConfig } from '../../base/config.ts';
import type { WorkOrder } from '../../contract/work-order.ts';
import { taskMain } from '../../core/entry/task-main.ts';
import type { TaskPart } from '../../core/entry/task-part.ts';
import { joinVideoJob } from './join-video.ts';
import { transcodeVideoChunk } from './transcode-chunk.ts';
import { SETTINGS, transcodeVideoJob, type VideoDeps } from './transcode-video.ts';

type PartWork = (deps: VideoDeps, order: WorkOrder, part: TaskPart) => Promise<object>;

const PARTS: Readonly<Record<TaskPart['name'], PartWork>> = {
  whole: transcodeVideoJob,
  unsplit: transcodeVideoJob,
  chunk: (deps, order, { chunk }) => transcodeVideoChunk(deps, order, chunk),
  join: joinVideoJob,
};

await taskMain('transcode-video', (stores, part) => {
  const config = readConfig(process.env, SETTINGS);
  return (order, run) => PARTS[part.name]({ stores, config, ...run }, order, part);
});
