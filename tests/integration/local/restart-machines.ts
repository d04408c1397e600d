import { chain, invoke } from '../../support/machines.ts';

const definitions = {
  hang: chain({
    First: invoke('note', { ResultPath: '$.first' }),
    Hang: invoke('hang'),
    After: invoke('note'),
  }),
  both: chain({
    Both: {
      Type: 'Parallel',
      Branches: [chain({ Good: invoke('note') }), chain({ Bad: invoke('hang') })],
    },
  }),
  task: chain({
    Sleep: {
      Type: 'Task',
      Resource: 'arn:aws:states:::ecs:runTask.waitForTaskToken',
      Parameters: {
        TaskDefinition: 'sleeper',
        Overrides: {
          ContainerOverrides: [
            { Name: 'sleeper', Environment: [{ Name: 'TASK_TOKEN', 'Value.$': '$$.Task.Token' }] },
          ],
        },
      },
      TimeoutSeconds: 3600,
    },
  }),
};

export const machines = Object.fromEntries(
  Object.entries(definitions).map(([name, definition]) => [name, JSON.stringify(definition)]),
);
