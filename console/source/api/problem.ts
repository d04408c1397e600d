/** Error with a title and a message to show to the user. */
export class Problem extends Error {
  /** HTTP status; 0 if there was no response. */
  readonly status: number;
  readonly title: string;
  /** Last segment of the problem's type, such as `already-ended`. */
  readonly slug: string;

  constructor(status: number, title: string, detail: string, slug = '') {
    super(detail);
    this.status = status;
    this.title = title;
    this.slug = slug;
  }
}

export function unreachable(): Problem {
  if (!navigator.onLine)
    return new Problem(0, 'You are offline', 'This page resumes automatically when the connection is back.');
  return new Problem(
    0,
    'The API is not responding',
    'It may be starting, or the connection was lost. This page keeps retrying.',
  );
}

/**
 * Converts an error response to a problem: a problem document (RFC 9457) of the API, or the
 * response of a proxy in front of it.
 */
export async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => '');
  try {
    const { title, detail, type } = JSON.parse(text) as Record<string, string | undefined>;
    if (title && detail) return new Problem(response.status, title, detail, type?.split(':').at(-1) ?? '');
  } catch {
    // Not JSON: fall through.
  }
  return new Problem(
    response.status,
    `The API returned status ${response.status}`,
    'The response has no details. Try again. If the error persists, check the log of the API.',
  );
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(-1, 'Something went wrong in this page', (error as Error).message ?? String(error));
}
