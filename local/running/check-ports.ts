import { createServer } from 'node:http';
import { UsageError } from '../../cli/command.ts';
import { listen } from '../http/listen.ts';

/** Throws a `UsageError` that names the first port that another program uses. */
export async function checkPorts(ports: Record<string, number>): Promise<void> {
  for (const [name, port] of Object.entries(ports)) {
    try {
      await (await listen(createServer(), port)).close();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      throw new UsageError(
        `Expected port ${port} to be free for the ${name}, but another program uses it. End that program, or take free ports: make start PORTS=free`,
      );
    }
  }
}
