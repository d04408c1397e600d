import { readConfig } from '../../base/config.ts';
import { PREVIEW_ORDER } from '../../contract/profiles/profile-preview-api.ts';
import { s3 } from '../../core/aws/clients.ts';
import { ObjectStore } from '../../core/aws/object-store.ts';
import { lambdaHandler } from '../../core/entry/lambda-handler.ts';
import { WatermarkImages } from '../../core/watermarks/watermark-images.ts';
import { previewProfile, SETTINGS } from './preview-profile.ts';

const config = readConfig(process.env, SETTINGS);
const objects = new ObjectStore(s3());
const watermarkImages = new WatermarkImages(objects, config.OUTPUT_BUCKET);

export const handler = lambdaHandler('preview-profile', (event: unknown) =>
  previewProfile({ objects, watermarkImages, config }, PREVIEW_ORDER.parse(event)),
);
