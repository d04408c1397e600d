import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, test } from '@jest/globals';
import { PresignedUrls } from '../../../../core/aws/presigned-urls.ts';

const ROLE = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret/with+signs=',
  sessionToken: 'IQoJ/b3Jp+Z2lu==',
};
const from = new Date('2026-01-31T12:00:00Z');
const seconds = 23_400;

describe('links to the objects of a bucket', () => {
  test.each([
    ['on AWS', { region: 'eu-west-1', credentials: ROLE }],
    [
      'on one machine',
      {
        region: 'us-east-1',
        credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
        endpoint: 'http://127.0.0.1:4566',
        forcePathStyle: true,
      },
    ],
  ])('are those that the SDK makes one by one, %s', async (_where, options) => {
    const client = new S3Client(options);
    const link = await new PresignedUrls(client).downloads('media-output', { from, seconds });
    const keys = [
      'tenants/acme/users/ann/media/processed/clip_hls/720p/00000.m4s',
      "a b+c/d%20e/(f)!*'~é日本/&=?#;:@,$.m4s",
      'key',
      '//./../x',
    ];
    for (const Key of keys) {
      const command = new GetObjectCommand({ Bucket: 'media-output', Key });
      const expected = new URL(
        await getSignedUrl(client, command, { expiresIn: seconds, signingDate: from }),
      );
      const made = new URL(await link(Key));
      expect(made.origin + made.pathname).toBe(expected.origin + expected.pathname);
      expect(Object.fromEntries(made.searchParams)).toEqual(Object.fromEntries(expected.searchParams));
    }
  });

  test('are the same as long as they count from the same moment', async () => {
    const urls = new PresignedUrls(new S3Client({ region: 'eu-west-1', credentials: ROLE }));
    const [one, other, later] = await Promise.all(
      [from, from, new Date(from.getTime() + 1000)].map(async (moment) =>
        (await urls.downloads('media-output', { from: moment, seconds }))('a.m4s'),
      ),
    );
    expect(one).toBe(other);
    expect(one).not.toBe(later);
  });
});
