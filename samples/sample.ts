/** A file of the demo, and how its job must end. */
export interface Sample {
  /** Path of the file. */
  file: string;
  expect: 'COMPLETED' | 'REJECTED';
  /** A program without which it cannot be processed. */
  needs?: 'LibreOffice';
}
