// One contestant: one sharp call per output, in turn, the way the manual shows it. Arguments: photo, folder for the outputs.
import { join } from 'node:path';
import sharp from 'sharp';
import { photo, report, target } from './contestant.ts';

const thumbnail = (size: number, name: string) =>
  sharp(photo)
    .autoOrient()
    .resize(size, size, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 80 })
    .toFile(join(target, name));

await report(async () => {
  await thumbnail(150, 'thumb_small.jpg');
  await thumbnail(400, 'thumb_medium.jpg');
  await thumbnail(1200, 'thumb_large.jpg');
  await sharp(photo)
    .autoOrient()
    .jpeg({ quality: 80, progressive: true })
    .toFile(join(target, 'optimized.jpg'));
  await sharp(photo).autoOrient().webp({ quality: 80, effort: 4 }).toFile(join(target, 'webp.webp'));
});
