import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { executionName } from '../../core/aws/executions.ts';
import type { AwsCall } from '../../local/faults/aws-call.ts';

/** Returns the task program that makes a call, by the port that it calls from; undefined if none does. */
export function callingProcess({ request }: AwsCall): { pid: number; execution: string } | undefined {
  const inode = inodeOf(request.socket.remotePort ?? 0);
  if (!inode) return undefined;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry) || !hasOpen(entry, `socket:[${inode}]`)) continue;
    const environment = readFileSync(`/proc/${entry}/environ`, 'utf8').split('\0');
    const arn = environment.find((variable) => variable.startsWith('EXECUTION_ARN='))?.split('=')[1];
    return arn ? { pid: Number(entry), execution: executionName(arn) } : undefined;
  }
  return undefined;
}

/** Returns the inode of the socket with a local port, from the kernel's tables of TCP connections. */
function inodeOf(port: number): string | undefined {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6'])
    for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
      const [, local = '', , , , , , , , inode] = line.trim().split(/\s+/);
      if (local.endsWith(wanted) && inode !== '0') return inode;
    }
  return undefined;
}

function hasOpen(pid: string, target: string): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((fd) => link(`${folder}/${fd}`) === target);
  } catch {
    // It has ended.
    return false;
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
