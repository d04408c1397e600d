import type { buildApp } from 'fauxqs';

/**
 * Maximum request body in bytes. fauxqs would reject 11 MiB; S3 accepts 5 GiB in one PutObject (a
 * Buffer holds slightly less).
 */
const MAX_BODY = 4 * 1024 ** 3;

export function takeLargeBodies(app: ReturnType<typeof buildApp>): void {
  const form = 'application/x-www-form-urlencoded';
  app.removeContentTypeParser(['*', form]);
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY }, (_request, body, done) => {
    done(null, body);
  });
  // curl sends any --data as a form; only SNS requests, to the root path, are one.
  app.addContentTypeParser(form, { parseAs: 'buffer', bodyLimit: MAX_BODY }, (request, body, done) => {
    const isSns = request.method === 'POST' && request.url.split('?')[0] === '/';
    done(null, isSns ? Object.fromEntries(new URLSearchParams(body.toString())) : body);
  });
}
