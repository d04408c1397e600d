import { jobTable } from '../../core/job-table.ts';
import { RESOURCES } from '../resources.ts';

/** The one table, as Terraform makes it on AWS. */
export const JOB_TABLE = jobTable(RESOURCES.jobTable);
