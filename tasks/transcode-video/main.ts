import { readConfig } from '../../base/config.ts';
import { taskMain } from '../../core/entry/task-main.ts';
import { SETTINGS, transcodeVideoJob } from './transcode-video.ts';

await taskMain('transcode-video', (stores) => {
  const config = readConfig(process.env, SETTINGS);
  return (order, run) => transcodeVideoJob({ stores, config, ...run }, order);
});
