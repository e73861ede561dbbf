import type { FastifyBaseLogger } from 'fastify';
import { faultFields } from '../log/fault-fields.ts';
import type { Log } from '../log/log.ts';

/** The log as Fastify wants it. Its own texts repeat addresses, so only the fault beside them is kept. */
export function frameworkLog(log: Log): FastifyBaseLogger {
  const tell = (level: 'warn' | 'error') => (told: unknown) => {
    const error = told instanceof Error ? told : (told as { err?: unknown } | null)?.err;
    log[level]('the HTTP framework complains', error === undefined ? {} : faultFields(error));
  };
  const nothing = () => {};
  const logger: FastifyBaseLogger = {
    level: 'warn',
    fatal: tell('error'),
    error: tell('error'),
    warn: tell('warn'),
    info: nothing,
    debug: nothing,
    trace: nothing,
    silent: nothing,
    child: () => logger,
  };
  return logger;
}
