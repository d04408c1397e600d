import { ServiceError } from '../http/aws-json.ts';

export interface Position {
  maxResults?: number;
  nextToken?: string;
}

/** Returns one page of a list, paginated like Step Functions. */
export function page<Item>(items: readonly Item[], { maxResults, nextToken }: Position) {
  const start = nextToken ? Number(Buffer.from(nextToken, 'base64url').toString()) : 0;
  if (!Number.isInteger(start)) throw new ServiceError('InvalidToken', `Invalid Token: '${nextToken}'`);
  const end = start + Math.min(maxResults || 100, 1000);
  return {
    items: items.slice(start, end),
    ...(end < items.length && { nextToken: Buffer.from(String(end)).toString('base64url') }),
  };
}
