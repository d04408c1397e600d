/** File of the demo, and the expected status of its job. */
export interface Sample {
  /** Path of the file. */
  file: string;
  expect: 'COMPLETED' | 'REJECTED';
  /** Program required to process it. */
  needs?: 'LibreOffice';
}
