import type { Logger, LogLevel } from '@nestjs/common';
import type { Settings } from '#platform/config';
import type { ProjectorLog } from '#platform/projector';

/** What Nest's loggers say at a level of ours. */
export const levelsOf = (level: Settings['logLevel']): LogLevel[] => {
  const order = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'] as const;
  const last = { silent: -1, fatal: 0, error: 1, warn: 2, info: 2, debug: 4, trace: 5 }[level];
  return order.filter((_, index) => index <= last);
};

/** Where views, processes and jobs tell what they do. */
export const logOf =
  (logger: Logger): ProjectorLog =>
  (level, words) =>
    logger[level === 'info' ? 'log' : level](words);
