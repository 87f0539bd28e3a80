import { dayInWords } from '#kernel';
import { OrganizationQuery, UnitAnswers, type UnitAnswer } from '#modules/organization';
import { Clock } from '#platform/clock';
import { EXIT, Refused, type Exit } from './answer.js';
import type { Context } from './context.js';
import { ALL, columns, say } from './terminal.js';

/** What `camket units list` is told. */
export type UnitsListOptions = {
  readonly on?: string;
  readonly search?: string;
  readonly kind?: string;
  readonly json?: boolean;
};

/** Lists the units that operate on a day, by name. */
export const listUnits = async (context: Context, { json, ...asked }: UnitsListOptions): Promise<Exit> => {
  await context.caughtUp(['units']);
  const on = asked.on ?? context.get(Clock).today();
  const organization = context.get(OrganizationQuery);
  const kinds = await organization.kinds();
  if (asked.kind !== undefined && !kinds.some(({ kind }) => kind === asked.kind)) {
    const known = kinds.map(({ kind, names }) => `  ${kind}  ${names[0] ?? ''}`.trimEnd());
    throw new Refused([`There is no kind of units called ${asked.kind}; there are`, ...known].join('\n'));
  }
  const { items, next } = await organization.page({ ...asked, on, limit: ALL });
  const units = await context.get(UnitAnswers).shown(items, on);
  await say(json ? { items: units, next, stale: false } : inWords(units, on));
  return EXIT.done;
};

const inWords = (units: readonly UnitAnswer[], on: string): string => {
  const head = `${units.length} đơn vị hoạt động ngày ${dayInWords(on)}`;
  if (units.length === 0) return head;
  const rows = units.map(({ code, name, kindName, parent }) => [code, name, kindName, parent?.name ?? '–']);
  return [head, '', columns([['Mã', 'Đơn vị', 'Loại', 'Trực thuộc'], ...rows])].join('\n');
};
