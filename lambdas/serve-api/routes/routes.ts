import type { Route } from '../http/route.ts';
import {
  createBackfill,
  getBackfill,
  getBackfillUploads,
  resumeBackfill,
  stopBackfill,
} from './backfills.ts';
import { cancelJob } from './cancel-job.ts';
import { abortUpload, completeUpload, getUpload, signParts } from './continue-upload.ts';
import { createUpload } from './create-upload.ts';
import { discardDeadLetters } from './discard-dead-letters.ts';
import { getHealth } from './get-health.ts';
import { getJob } from './get-job.ts';
import { getOpenApi } from './get-openapi.ts';
import { getPlaylist, getRenditionPlaylist } from './get-playlist.ts';
import { getStatistics } from './get-statistics.ts';
import { getThumbnail } from './get-thumbnail.ts';
import { listJobs } from './list-jobs.ts';
import { previewProfile } from './preview-profile.ts';
import { processS3Event } from './process-s3-event.ts';
import { deleteProfile, getProfile, listProfiles, putProfile } from './profiles.ts';
import { redriveJobs } from './redrive-jobs.ts';
import { rerenderJobs } from './rerender-jobs.ts';
import { retryJob } from './retry-job.ts';
import { deleteWatermark, getWatermark, listWatermarks, putWatermark } from './watermarks.ts';

/** All routes. If two paths match, the first one wins. */
export const ROUTES: readonly Route[] = [
  getHealth,
  getOpenApi(() => ROUTES),
  listJobs,
  getStatistics,
  redriveJobs,
  rerenderJobs,
  discardDeadLetters,
  getJob,
  getPlaylist,
  getRenditionPlaylist,
  getThumbnail,
  retryJob,
  cancelJob,
  processS3Event,
  createBackfill,
  getBackfill,
  getBackfillUploads,
  resumeBackfill,
  stopBackfill,
  previewProfile,
  listProfiles,
  getProfile,
  putProfile,
  deleteProfile,
  listWatermarks,
  getWatermark,
  putWatermark,
  deleteWatermark,
  createUpload,
  getUpload,
  signParts,
  completeUpload,
  abortUpload,
];
