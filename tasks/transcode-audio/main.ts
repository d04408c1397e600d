import { readConfig } from '../../base/config.ts';
import { taskMain } from '../../core/entry/task-main.ts';
import { SETTINGS, transcodeAudioJob } from './transcode-audio.ts';

await taskMain('transcode-audio', (stores) => {
  const config = readConfig(process.env, SETTINGS);
  return (order, run) => transcodeAudioJob({ stores, config, ...run }, order);
});
