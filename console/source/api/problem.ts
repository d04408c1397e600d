/** What went wrong, in words that can be shown. */
export class Problem extends Error {
  /** 0: no answer came. */
  readonly status: number;
  readonly title: string;
  /** The last part of the problem's type, such as `already-ended`. */
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
    return new Problem(0, 'You are offline', 'This page goes on by itself once the connection is back.');
  return new Problem(
    0,
    'The API does not answer',
    'It may be starting, or the connection is broken. This page keeps trying.',
  );
}

/** An answer that is no success: a problem document (RFC 9457) of the API, or whatever a proxy before it says. */
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
    `The API answered ${response.status}`,
    'The answer holds no explanation. Try again; if it stays so, look into the log of the API.',
  );
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(-1, 'Something in this page went wrong', (error as Error).message ?? String(error));
}
