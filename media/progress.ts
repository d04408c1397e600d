/** Position of a running job, for people who wait for it. */
export interface JobProgress {
  phase: string;
  /** 0 to 100, never falling within an attempt. */
  percent: number;
  etaSeconds?: number | undefined;
}
