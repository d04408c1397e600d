/**
 * Concurrent invocations that each function may have, by the name of its folder in lambdas/. The
 * build hands them to Terraform, where `reserved_concurrency` overrides them. A burst of images
 * passes without throttling; tests/state-machines/bursts.test.ts says how large.
 */
export const RESERVED_CONCURRENCY = {
  'admit-upload': 100,
  'backfill-uploads': 10,
  'preview-profile': 5,
  'process-document': 50,
  'process-image': 200,
  'reconcile-jobs': 1,
  'reconcile-queues': 1,
  'record-outcome': 20,
  'remove-outputs': 20,
  'report-stopped-task': 10,
  'serve-api': 50,
} as const satisfies Record<string, number>;
