export { BackupReader, BackupRefused } from './backup-file.js';
export { type Manifest, type Progress } from './manifest.js';
export { makeBackup, type BackupSource } from './make-backup.js';
export { manifestOf, restoreBackup, type RestoreTarget } from './restore-backup.js';
