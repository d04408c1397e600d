export interface Proof {
  /** Several proofs share a number if they show one claim for different kinds of files. */
  number: number;
  /** What holds if it passes. */
  claim: string;
  /** Test file. */
  file: string;
  /** Title of the tests in a file that holds others too. */
  title?: string;
  /** What SIZE counts; absent if the proof has one size. */
  unit?: string;
  /** Size of a full run. */
  size?: number;
  /** Size of a slice, which takes at most an hour. Default: the whole. */
  slice?: number;
}

const proofs = (name: string) => `tests/proofs/${name}.test.ts`;

/** Every proof. Numbers are stable: docs and reports name them. */
export const PROOFS: readonly Proof[] = [
  {
    ...{ number: 1, claim: 'Each upload is one job, however often its event is delivered' },
    ...{ file: proofs('01-duplicates'), unit: 'uploads', size: 1000 },
  },
  {
    ...{ number: 2, claim: 'The latest event of a key wins, in whatever order they arrive' },
    ...{ file: proofs('02-event-orders'), unit: 'keys', size: 600 },
  },
  {
    ...{ number: 3, claim: 'A task that is killed at any moment is run again; no job is stuck' },
    ...{ file: proofs('03-killed-tasks'), unit: 'uploads', size: 100, slice: 50 },
  },
  {
    ...{ number: 4, claim: 'A job completes with the same outputs, whichever AWS call fails' },
    ...{ file: proofs('04-failing-call'), unit: 'cases', size: 300 },
  },
  {
    ...{ number: 5, claim: 'A task that is told to stop publishes nothing and is run again' },
    ...{ file: proofs('05-stopped-tasks'), unit: 'uploads', size: 50 },
  },
  {
    ...{ number: 6, claim: 'All jobs end, once, while 5 % of the AWS calls fail in four ways' },
    ...{ file: proofs('06-failing-calls'), unit: 'jobs', size: 1000, slice: 500 },
  },
  {
    ...{ number: 7, claim: 'A cloud that is killed goes on where it was' },
    ...{ file: proofs('07-killed-cloud'), unit: 'kills', size: 50 },
  },
  {
    ...{ number: 8, claim: 'A redrive resumes at the failed state, or is refused, as on AWS' },
    file: proofs('08-redrive'),
  },
  {
    ...{ number: 8, claim: 'A redrive counts against the length of the history' },
    file: proofs('08-redrive-long-history'),
  },
  {
    ...{ number: 9, claim: 'A cancellation at any moment ends the job once, with its processes and outputs' },
    ...{ file: proofs('09-cancellations'), unit: 'moments', size: 100, slice: 50 },
  },
  {
    ...{ number: 10, claim: 'Of concurrent retries, exactly one starts an execution' },
    ...{ file: proofs('10-concurrent-retries'), unit: 'jobs', size: 100 },
  },
  {
    ...{ number: 11, claim: 'A deletion while the upload is processed leaves no output' },
    ...{ file: proofs('11-deletions'), unit: 'uploads', size: 100 },
  },
  {
    ...{ number: 12, claim: 'The reconciler settles every job, with all status events lost' },
    ...{ file: proofs('12-lost-status-events'), unit: 'jobs', size: 100 },
  },
  {
    ...{ number: 13, claim: 'Proof 29 holds while clocks are wrong by up to an hour, and jump' },
    ...{ file: proofs('13-clocks'), unit: 'schedules', size: 20_000, slice: 10_000 },
  },
  {
    ...{
      number: 14,
      claim: 'A job that exceeds a limit of Step Functions fails, says why, and does not hang',
    },
    ...{ file: proofs('14-limits'), unit: 'events', size: 25_000 },
  },
  {
    ...{ number: 15, claim: 'No media file makes ffmpeg read another file or address' },
    ...{ file: proofs('15-ffmpeg-attacks'), unit: 'files', size: 2000 },
  },
  {
    ...{ number: 16, claim: 'No Office document makes LibreOffice read another file, address or variable' },
    ...{ file: proofs('16-libreoffice-attacks'), unit: 'attacks', size: 43 },
  },
  {
    ...{ number: 17, claim: 'Bombs are rejected soon' },
    file: proofs('17-bombs'),
  },
  {
    ...{ number: 18, claim: 'No damaged image crashes the worker or passes for whole' },
    ...{ file: proofs('18-mutated-images'), unit: 'files', size: 5000 },
  },
  {
    ...{ number: 18, claim: 'No damaged document crashes the worker or passes for whole' },
    ...{ file: proofs('18-mutated-documents'), unit: 'files', size: 5000, slice: 1000 },
  },
  {
    ...{ number: 18, claim: 'No damaged recording crashes the worker or passes for whole' },
    ...{ file: proofs('18-mutated-audio'), unit: 'files', size: 5000, slice: 1000 },
  },
  {
    ...{ number: 18, claim: 'No damaged video crashes the worker or passes for whole' },
    ...{ file: proofs('18-mutated-video'), unit: 'files', size: 1000, slice: 250 },
  },
  {
    ...{ number: 18, claim: 'No damaged Office document crashes the worker or passes for whole' },
    ...{ file: proofs('18-mutated-office'), unit: 'files', size: 1000, slice: 250 },
  },
  {
    ...{ number: 19, claim: 'A hostile key leads to no write outside the folder of its user' },
    ...{ file: proofs('19-hostile-keys'), unit: 'keys', size: 2000 },
  },
  {
    ...{ number: 20, claim: "Another tenant's jobs are as if they were not there" },
    ...{ file: proofs('20-tenants'), unit: 'forged cursors', size: 20_000 },
  },
  {
    ...{ number: 21, claim: 'No output carries the position or other metadata of its source' },
    ...{ file: proofs('21-locations'), unit: 'files', size: 100 },
  },
  {
    ...{ number: 22, claim: 'Whatever text is logged, each log line is one JSON object of bounded length' },
    ...{ file: proofs('22-log-lines'), unit: 'texts', size: 20_000 },
  },
  {
    ...{ number: 23, claim: 'Outputs that come back as events start nothing' },
    ...{ file: proofs('23-output-events'), unit: 'uploads', size: 7 },
  },
  {
    ...{
      number: 24,
      claim: 'A full disk or a limit of processes fails a job by name, and publishes nothing',
    },
    ...{ file: proofs('24-full-machines'), unit: 'sizes of disks and limits', size: 30, slice: 10 },
  },
  {
    ...{
      number: 25,
      claim: 'Poisonous uploads keep no other from being processed, and run once more when mended',
    },
    ...{ file: proofs('25-poison'), unit: 'uploads', size: 1000 },
  },
  {
    ...{ number: 26, claim: 'A tenant with many recordings does not keep another waiting' },
    ...{ file: proofs('26-fair-shares'), unit: 'recordings', size: 500 },
  },
  {
    ...{ number: 27, claim: 'The same upload gives the same manifest and outputs' },
    ...{ file: proofs('27-same-upload'), unit: 'uploads', size: 70 },
  },
  {
    ...{ number: 28, claim: 'Jobs take only legal steps under any order of events, calls and crashes' },
    ...{ file: proofs('28-job-model'), unit: 'steps', size: 100_000, slice: 25_000 },
  },
  {
    ...{
      number: 29,
      claim: 'Of each key, what can be reached is one whole set of its latest completed version, or nothing',
    },
    ...{ file: proofs('29-interleavings'), unit: 'schedules', size: 100_000, slice: 10_000 },
  },
  {
    ...{ number: 30, claim: 'A reader never meets a manifest whose files are missing or of another upload' },
    ...{ file: proofs('30-readers'), unit: 'schedules', size: 100_000, slice: 10_000 },
  },
  {
    ...{ number: 31, claim: 'Workers whose clocks are wrong, or jump, make the same outputs' },
    ...{ file: proofs('31-wrong-clocks'), unit: 'rounds', size: 20 },
  },
  {
    ...{ number: 32, claim: "A cloud's memory and latencies do not grow with its jobs, but for 4 kB each" },
    ...{ file: proofs('32-many-jobs'), unit: 'jobs', size: 10_000 },
  },
  {
    ...{
      number: 33,
      claim: 'The text of an Office document has every visible string whole, and no hidden one',
    },
    ...{ file: proofs('33-office-texts'), unit: 'documents', size: 100 },
  },
  {
    ...{ number: 34, claim: 'No slot and no waiting job is lost, whoever dies as it hands over a slot' },
    ...{ file: proofs('34-killed-hand-overs'), unit: 'recordings', size: 300 },
  },
  {
    ...{ number: 35, claim: 'Clients that wait for a change learn of each within a second' },
    ...{ file: proofs('35-long-polls'), unit: 'clients', size: 500 },
  },
  {
    ...{ number: 36, claim: 'A backfill, however often it is killed, starts each unprocessed key once' },
    ...{ file: proofs('36-killed-backfill'), unit: 'keys', size: 10_000 },
  },
  {
    ...{ number: 37, claim: 'A lookup by key reads two items, however many jobs there are' },
    ...{ file: proofs('37-lookups-by-key'), unit: 'jobs', size: 100_000 },
  },
  {
    ...{ number: 38, claim: 'Outputs have the sizes, formats and lengths that a profile asks for' },
    ...{ file: proofs('38-generated-profiles'), unit: 'profiles', size: 200, slice: 50 },
  },
  {
    ...{ number: 39, claim: 'Of outputs only those that are stale are made again, each once' },
    ...{ file: proofs('39-made-again'), unit: 'jobs', size: 100 },
  },
  {
    ...{ number: 40, claim: 'Readers see one whole set, whichever call fails while outputs are made again' },
    ...{ file: proofs('40-made-again-failing-call'), unit: 'cases', size: 1000 },
  },
  {
    ...{
      number: 41,
      claim: 'A film encoded in chunks has the frames, times, sound and segments of the whole',
    },
    ...{ file: proofs('41-films-in-chunks'), unit: 'clips', size: 59, slice: 20 },
  },
  {
    ...{
      number: 42,
      claim: 'A film is whole whichever of its chunks is killed, and a cancelled one leaves nothing',
    },
    ...{ file: proofs('42-films-under-attack'), unit: 'kills', size: 30 },
  },
];
