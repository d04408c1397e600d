/**
 * AWS's list prices in US dollars, us-east-1, without free tiers, discounts and taxes, as of November 2026. Fargate was compared with two
 * published tables (vantage.sh/blog/fargate-pricing, cloudburn.io/blog/aws-fargate-pricing, March 2026); the others are AWS's own pages as
 * remembered and not fetched again: aws.amazon.com/{service}/pricing. Other regions cost 0 to 30 % more.
 */
export const PRICES = {
  lambda: { gigabyteSecond: 0.0000133334, request: 0.2e-6 },
  fargate: {
    vcpuHour: 0.03238,
    gigabyteHour: 0.00356,
    storageGigabyteHour: 0.000111,
    freeStorage: 20,
    spotShare: 0.3,
  },
  stepFunctions: { transition: 0.025e-3 },
  dynamodb: { write: 0.625e-6, read: 0.125e-6 },
  s3: { put: 0.005e-3, get: 0.0004e-3, gigabyteMonth: 0.023 },
  eventBridge: { event: 1e-6 },
  sns: { publish: 0.5e-6 },
  logs: { gigabyte: 0.5 },
  metric: { month: 0.3 },
  alarm: { metricMonth: 0.1 },
  dashboard: { month: 3 },
  kms: { keyMonth: 1, request: 0.03e-4 },
  endpoint: { zoneHour: 0.01, gigabyte: 0.01 },
  ecr: { gigabyteMonth: 0.1 },
  xray: { trace: 5e-6 },
  /** Basic tier, AVC, up to 30 frames a second, per minute of each output; outputs of 720 lines and more are HD. */
  mediaConvert: { sdMinute: 0.0075, hdMinute: 0.015 },
} as const;

export const HOURS_PER_MONTH = 730;
