import { PersistenceManager } from './fauxqs-stores.ts';

/**
 * Persists fauxqs's queues and topics. Keeps a message that is released (visibility timeout 0),
 * which fauxqs itself loses to a NOT NULL constraint.
 */
export class MessageFiles extends PersistenceManager {
  override updateMessageReady(messageId: string): void {
    const sql =
      'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?';
    // Private in its types only.
    (this as unknown as { db: { prepare: (sql: string) => { run: (id: string) => void } } }).db
      .prepare(sql)
      .run(messageId);
  }
}
