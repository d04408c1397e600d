import { readConfig } from '../../core/config.ts';
import { taskMain } from '../../core/task-main.ts';
import { SETTINGS, transcodeVideoJob } from './transcode-video.ts';

await taskMain('transcode-video', (stores) => {
  const config = readConfig(process.env, SETTINGS);
  return (order, run) => transcodeVideoJob({ stores, config, ...run }, order);
});
