interface FieldError {
  at: string;
  detail: string;
}

/** Error with a title and a message to show to the user. */
export class Problem extends Error {
  /** HTTP status; 0 if there was no response. */
  readonly status: number;
  readonly title: string;
  /** Last segment of the problem's type, such as `already-ended`. */
  readonly slug: string;
  /** What is wrong with which field, where the API says so. */
  readonly errors: readonly FieldError[];

  constructor(status: number, title: string, detail: string, slug = '', errors: readonly FieldError[] = []) {
    super(detail);
    this.status = status;
    this.title = title;
    this.slug = slug;
    this.errors = errors;
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

interface ProblemDocument {
  title: string;
  detail: string;
  type: string;
  errors: readonly FieldError[];
}

/**
 * Converts an error response to a problem: a problem document (RFC 9457) of the API, or the
 * response of a proxy in front of it.
 */
export async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => '');
  try {
    const { title, detail, type, errors } = JSON.parse(text) as Partial<ProblemDocument>;
    if (title && detail)
      return new Problem(response.status, title, detail, type?.split(':').at(-1) ?? '', errors);
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
