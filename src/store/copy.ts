import { openDatabase } from './database.js'

/**
 * Copies a database as of one moment, however many commits its owner makes meanwhile; the owner never notices.
 * @param to a file that is not there
 * @throws StoreError where the database cannot be opened; Error where the copy cannot be written.
 */
export async function copyDatabase(file: string, to: string): Promise<void> {
  const db = await openDatabase(file, 'read')
  try {
    await db.run('VACUUM INTO ?', [to])
  } finally {
    await db.close()
  }
}
