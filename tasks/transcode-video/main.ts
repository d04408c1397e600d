import { readConfig } from '../../base/config.ts';
import type { WorkOrder } from '../../contract/work-order.ts';
import { taskMain } from '../../core/entry/task-main.ts';
import type { TaskPart } from '../../core/entry/task-part.ts';
import type { ChunkSettings } from '../../media/video/chunks/plan-chunks.ts';
import { joinVideoJob, removeChunks } from './join-video.ts';
import { transcodeVideoChunk } from './transcode-chunk.ts';
import { SETTINGS, splitVideoJob, transcodeVideoJob, type VideoDeps } from './transcode-video.ts';

type Deps = VideoDeps & { config: ChunkSettings };
type PartWork = (deps: Deps, order: WorkOrder, part: TaskPart) => Promise<object>;

const PARTS: Readonly<Record<TaskPart['name'], PartWork>> = {
  whole: splitVideoJob,
  async unsplit(deps, order) {
    const result = await transcodeVideoJob(deps, order);
    // Of a film whose chunks could not be joined.
    await removeChunks(deps, order);
    return result;
  },
  chunk: (deps, order, { chunk }) => transcodeVideoChunk(deps, order, chunk),
  join: joinVideoJob,
};

await taskMain('transcode-video', (stores, part) => {
  const config = readConfig(process.env, SETTINGS);
  return (order, run) => PARTS[part.name]({ stores, config, ...run }, order, part);
});
