/** Progress of a running job, shown to the people waiting for it. */
export interface JobProgress {
  phase: string;
  /** 0 to 100; never decreases within an attempt. */
  percent: number;
  etaSeconds?: number | undefined;
}
