// The package exports its server but not the stores below it. Own stores are what lets objects survive hostile keys and a killed process,
// and every write emit an event; so they are taken by path. The version is pinned exactly.

// biome-ignore-all lint/performance/noBarrelFile: one file knows these paths.
export { PersistenceManager } from '../../node_modules/fauxqs/dist/persistence.js';
export { FileS3Persistence } from '../../node_modules/fauxqs/dist/s3/fileS3Persistence.js';
export { S3Store } from '../../node_modules/fauxqs/dist/s3/s3Store.js';
export type { MultipartUpload, S3Object } from '../../node_modules/fauxqs/dist/s3/s3Types.js';
export { SnsStore } from '../../node_modules/fauxqs/dist/sns/snsStore.js';
export { SqsStore } from '../../node_modules/fauxqs/dist/sqs/sqsStore.js';
