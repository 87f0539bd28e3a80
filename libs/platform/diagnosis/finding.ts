/** How bad it is: something is lost or stands still; something will go wrong; something one should know. */
export type Severity = 'error' | 'warning' | 'note';

/** Everything that can be found. The sentences for a code stand in apps/web/messages. */
export const FINDINGS = {
  'node.unsupported': 'error',
  'node.no-vietnamese': 'warning',
  'settings.refused': 'error',
  'settings.network': 'warning',
  'folder.absent': 'error',
  'folder.open-to-others': 'warning',
  'disk.full': 'error',
  'disk.low': 'warning',
  'disk.unseen': 'note',
  'postgres.another-major': 'error',
  'postgres.cannot-start': 'error',
  'postgres.unreachable': 'error',
  'postgres.too-old': 'error',
  'postgres.not-durable': 'error',
  'postgres.not-utf8': 'error',
  'postgres.unencrypted': 'warning',
  'database.empty': 'note',
  'database.other-kind': 'error',
  'database.behind': 'warning',
  'database.newer': 'error',
  'database.others-write': 'warning',
  'database.others': 'note',
  'clock.apart': 'warning',
  'clock.behind-log': 'error',
  'clock.demonstration': 'note',
  'demonstration.loading': 'note',
  'log.unguarded': 'error',
  'log.gaps': 'error',
  'log.time-backwards': 'error',
  'log.broken': 'error',
  'product.stopped': 'note',
  'views.unkept': 'error',
  'view.incomplete': 'error',
  'view.stopped': 'error',
  'view.foreign': 'error',
  'view.lagging': 'warning',
  'processes.unkept': 'error',
  'process.stopped': 'error',
  'process.foreign': 'error',
  'process.waiting': 'warning',
  'process.lagging': 'warning',
  'process.faults': 'warning',
  'days.not-begun': 'warning',
  'files.folder-absent': 'error',
  'files.missing': 'error',
  'files.altered': 'error',
  'files.unnamed': 'warning',
  'look.failed': 'error',
} as const satisfies Readonly<Record<string, Severity>>;

export type FindingCode = keyof typeof FINDINGS;

/** What fills the gaps of a sentence; a list is told by its first members. */
export type Details = Readonly<Record<string, string | number | readonly string[]>>;

/** Something that was found. */
export type Finding = { readonly code: FindingCode; readonly severity: Severity; readonly details: Details };

/** Told of each thing that is found. */
export type Tell = (code: FindingCode, details?: Details) => void;

/** What hides the rest: where one of these is found, not everything could be looked at. */
export const HIDING: ReadonlySet<FindingCode> = new Set([
  'settings.refused',
  'folder.absent',
  'postgres.another-major',
  'postgres.cannot-start',
  'postgres.unreachable',
  'postgres.too-old',
  'look.failed',
]);
