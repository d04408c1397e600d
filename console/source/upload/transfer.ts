import { Problem, unreachable } from '../api/problem.ts';

export interface Transfer {
  method: 'POST' | 'PUT';
  url: string;
  body: FormData | Blob;
  onProgress: (sentBytes: number) => void;
  signal: AbortSignal;
}

/**
 * Sends bytes to S3. Uses XMLHttpRequest because fetch does not report upload progress. Returns the
 * ETag, if there is one.
 */
export function transfer({ method, url, body, onProgress, signal }: Transfer): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.getResponseHeader('etag') ?? '');
      else reject(refusal(request));
    };
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new DOMException('Cancelled', 'AbortError'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    if (signal.aborted) reject(new DOMException('Cancelled', 'AbortError'));
    else request.send(body);
  });
}

/** Reads the error code and message from S3's XML response, which are worth showing. */
function refusal({ status, responseText }: XMLHttpRequest): Problem {
  const code = /<Code>([^<]{1,80})</.exec(responseText)?.[1] ?? '';
  const message = /<Message>([^<]{1,300})</.exec(responseText)?.[1] ?? 'S3 gave no further details.';
  return new Problem(status, `S3 rejected the upload (${code || status})`, message, code);
}
