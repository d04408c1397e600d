/** Counts what each tenant begins while all of them wait, in the period in which most begins. */
export class Fairness {
  private readonly waiting = new Map<string, number>();
  private readonly weightOf: (tenantId: string) => number;
  private idle: number;
  private counts = new Map<string, number>();
  private best: { begun: number; counts: ReadonlyMap<string, number> } = { begun: 0, counts: new Map() };
  private begunNow = 0;

  constructor(tenants: readonly string[], weightOf: (tenantId: string) => number) {
    this.weightOf = weightOf;
    for (const tenantId of tenants) this.waiting.set(tenantId, 0);
    this.idle = this.waiting.size;
  }

  entered(tenantId: string): void {
    const waiting = this.waiting.get(tenantId);
    if (waiting === undefined) return;
    this.waiting.set(tenantId, waiting + 1);
    if (waiting > 0 || --this.idle > 0) return;
    this.counts = new Map();
    this.begunNow = 0;
  }

  begun(tenantId: string): void {
    const waiting = this.waiting.get(tenantId);
    if (waiting === undefined) return;
    if (this.idle === 0) {
      this.counts.set(tenantId, (this.counts.get(tenantId) ?? 0) + 1);
      this.begunNow++;
      if (this.begunNow > this.best.begun) this.best = { begun: this.begunNow, counts: this.counts };
    }
    this.waiting.set(tenantId, waiting - 1);
    if (waiting === 1) this.idle++;
  }

  /** Jobs that began while all tenants waited. */
  get begunTogether(): number {
    return this.best.begun;
  }

  /** Returns Jain's index of the jobs begun by weight: 1 if all are equal. null if never all waited. */
  jain(): number | null {
    if (this.best.begun === 0) return null;
    const shares = [...this.waiting.keys()].map(
      (tenantId) => (this.best.counts.get(tenantId) ?? 0) / this.weightOf(tenantId),
    );
    const sum = shares.reduce((total, share) => total + share, 0);
    const squares = shares.reduce((total, share) => total + share ** 2, 0);
    return sum ** 2 / (shares.length * squares);
  }
}
