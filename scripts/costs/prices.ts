/**
 * List prices of AWS in US dollars, us-east-1, without free tiers, discounts and taxes; other
 * regions cost 0 to 30 % more. Looked up in November 2026 in stored copies of third-party pages,
 * most recent first; "AWS" is its own pricing page, of unknown date.
 */
export const PRICES = {
  // Graviton. cloudchipr.com, 2024
  lambda: { gigabyteSecond: 0.0000133334, request: 0.2e-6 },
  // Graviton. cloudburn.io and wring.co (Spot: "up to 70 %"), March 2026; vantage.sh
  fargate: {
    vcpuHour: 0.03238,
    gigabyteHour: 0.00356,
    storageGigabyteHour: 0.000111,
    freeStorage: 20,
    spotShare: 0.3,
  },
  // wring.co, March 2026; AWS
  stepFunctions: { transition: 0.025e-3 },
  // airbyte.com, July 2025
  dynamodb: { write: 0.625e-6, read: 0.125e-6 },
  // devnotes.tech, undated
  s3: { put: 0.005e-3, get: 0.0004e-3, gigabyteMonth: 0.023 },
  // factualminds.com, June 2026. S3's events are "opt-in" (AWS) and assumed to cost the same,
  // although some sources list them as free.
  eventBridge: { event: 1e-6 },
  // factualminds.com, June 2026
  sns: { publish: 0.5e-6 },
  logs: { gigabyte: 0.5 },
  dashboard: { month: 3 },
  // signoz.io, February 2026
  metric: { month: 0.3 },
  // c3x.dev, undated
  alarm: { metricMonth: 0.1 },
  // factualminds.com, June 2026; AWS
  kms: { keyMonth: 1, request: 0.03e-4 },
  // awsnegotiations.com, May 2026; AWS
  endpoint: { zoneHour: 0.01, gigabyte: 0.01 },
  // cloudburn.io, March 2026
  ecr: { gigabyteMonth: 0.1 },
  // AWS
  xray: { trace: 5e-6 },
  /**
   * Basic tier, AVC, up to 30 frames per second, per minute of each output; outputs of 720 lines
   * and more are HD. From third-party pages, 2021 to 2026; since September 2024 AWS gives up to 75
   * % off for volume.
   */
  mediaConvert: { sdMinute: 0.0075, hdMinute: 0.015 },
} as const;

export const HOURS_PER_MONTH = 730;
