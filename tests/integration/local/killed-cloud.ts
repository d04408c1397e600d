import { startCloud } from '../../../local/cloud.ts';
import { stateMachineArn } from '../../../local/resources.ts';
import { machines } from './restart-machines.ts';

// A cloud for restart.test.ts to kill: its function `hang` never answers.
const [directory = ''] = process.argv.slice(2);
const cloud = await startCloud({
  directory,
  functions: async () => ({
    note: async (event) => event,
    hang: () => {
      process.stdout.write('hanging\n');
      return new Promise(() => undefined);
    },
  }),
  tasks: { sleeper: { command: ['sleep', '600'] } },
  stateMachines: machines,
  rules: [{ name: 'uploads', pattern: '{"source":["aws.s3"]}', target: { function: 'hang' } }],
});
cloud.states.start(stateMachineArn('hang'), '{"from":"first"}', 'hanging');
cloud.states.start(stateMachineArn('both'), '{"from":"first"}', 'parallel');
cloud.states.start(stateMachineArn('task'), '{}', 'sleeping');
await fetch(`${cloud.urls.storage}/media-input/a%2Bb`, { method: 'PUT', body: 'kept' });
process.stdout.write('ready\n');
