// The package exports its server but not its stores, so they are imported by path. Subclassing them
// lets objects survive hostile keys and a killed process, and lets every write emit an event. The
// version is pinned exactly.

// biome-ignore-all lint/performance/noBarrelFile: one file knows these paths.
export { S3Error } from '../../node_modules/fauxqs/dist/common/errors.js';
export { escapeXml } from '../../node_modules/fauxqs/dist/common/xml.js';
export { PersistenceManager } from '../../node_modules/fauxqs/dist/persistence.js';
export { FileS3Persistence } from '../../node_modules/fauxqs/dist/s3/fileS3Persistence.js';
export { S3Store } from '../../node_modules/fauxqs/dist/s3/s3Store.js';
export type { MultipartUpload, S3Object } from '../../node_modules/fauxqs/dist/s3/s3Types.js';
export { SnsStore } from '../../node_modules/fauxqs/dist/sns/snsStore.js';
export { SqsStore } from '../../node_modules/fauxqs/dist/sqs/sqsStore.js';
