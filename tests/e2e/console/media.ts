import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { landscape } from '../../../samples/camera-photo.ts';
import { writePdf } from '../../../samples/write-pdf.ts';
import { clipStudio } from '../../support/clips.ts';

const run = promisify(execFile);
const SPEECH = 'aevalsrc=0.5*sin(2*PI*(220+80*sin(t))*t)*abs(sin(1.7*t))*abs(sin(0.3*t)):d=12';

/** Files as users have them, made anew. */
export async function makeMedia() {
  const studio = await clipStudio();
  const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '12', '-pix_fmt', 'yuv420p', '-shortest'];
  const photo = await studio.save(
    'harbour at dusk.jpg',
    await (await landscape(1600, 1200)).jpeg().toBuffer(),
  );
  const report = await studio.save(
    'annual report.pdf',
    writePdf({ pages: PAGES.map(pageOf), info: '/Title (Annual report)' }),
  );
  const clip = 'testsrc2=s=1280x720:r=25:d=4';
  const video = await studio.make('product tour.mp4', [clip, 'sine=f=330:d=4'], ...h264);
  const song = await studio.make('interview.wav', [SPEECH]);
  return {
    photo,
    report,
    video,
    song,
    /** The video over and over: takes a worker long enough to be cancelled on the way. */
    long: async () => {
      const long = studio.path('long talk.mp4');
      await run('ffmpeg', ['-v', 'error', '-stream_loop', '20', '-i', video, '-c', 'copy', long]);
      return long;
    },
    /** More than one form may carry: goes in parts. Begins as a picture, and is none. */
    large: async () =>
      studio.save('disk image.bin', damaged(await (await landscape(320, 240)).png().toBuffer())),
    broken: async () =>
      studio.save('holiday.jpg', (await (await landscape(320, 240)).jpeg().toBuffer()).subarray(0, 64)),
    /** Of no type that is taken. */
    unknown: () => studio.save('firmware.bin', Buffer.alloc(70_000_000, 'no known kind of file ')),
    /** A small picture under another name. */
    copy: async (name: string) => studio.save(name, await (await landscape(320, 240)).jpeg().toBuffer()),
    save: studio.save,
    remove: studio.remove,
  };
}

const damaged = (picture: Buffer) =>
  Buffer.concat([picture.subarray(0, 64), Buffer.alloc(70_000_000 - 64, 7)]);

const PAGES = [
  ['Annual report', 'What we made, what it cost, and what comes next.'],
  ['Deliveries', 'Forty thousand uploads came in; all but nine went out again the same day.'],
  ['Outlook', 'More video, fewer surprises.'],
];

function pageOf([title = '', text = '']: string[]) {
  const content = `BT /F1 30 Tf 72 700 Td (${title}) Tj 0 -40 Td /F1 13 Tf (${text}) Tj ET 0.12 0.31 0.85 rg 72 600 320 6 re f`;
  return { content };
}
