import { readFileSync } from 'node:fs';
import { parts } from '#api';
import { dayInWords, isDay } from '#kernel';
import { CALENDAR } from '#modules/calendar';
import { inProduct, SettingsRefused, type Settings } from '#platform/config';
import {
  diagnose,
  FINDINGS,
  thisMachine,
  type Details,
  type Diagnosis,
  type Finding,
  type Severity,
} from '#platform/diagnosis';
import type { EventStore } from '#platform/event-store';
import { EXIT, type Exit } from './answer.js';
import { chosen, type Meant } from './choice.js';
import type { Run } from './command.js';
import { say, type Bars } from './terminal.js';
import { findingInWords, instantInWords } from '#platform/wording';

const TITLES = { log: 'the log in its order', streams: 'stream by stream', files: 'files' } as const;
/** So many members of a list are told in a sentence; all of them stand in the JSON. */
const TOLD = 5;

/** The Node that package.json asks for at least. */
const neededNode = (): string => {
  const { engines } = JSON.parse(readFileSync(inProduct('package.json'), 'utf8')) as { engines: { node: string } };
  return engines.node.replace(/^\D+/, '');
};

const lastDayBegun = async (store: EventStore): Promise<string | undefined> =>
  (await store.read(`calendar-${CALENDAR}`)).at(-1)?.on;

const inGap = (value: Details[string]): string | number => {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return isDay(value) ? dayInWords(value) : instantInWords(value);
  return value.slice(0, TOLD).join(', ') + (value.length > TOLD ? ', …' : '');
};

const inGaps = (details: Details): Record<string, string | number> =>
  Object.fromEntries(Object.entries(details).map(([name, value]) => [name, inGap(value)]));

/** A finding with its sentences: what was found, and what to do. */
const inWords = (finding: Finding): Finding & Record<'vi' | 'en', { found: string; advice: string }> => {
  const gaps = inGaps(finding.details);
  const [vi, en] = [findingInWords('vi', finding.code, gaps), findingInWords('en', finding.code, gaps)];
  return { ...finding, vi, en };
};

const refused = ({ faults }: SettingsRefused): Diagnosis => {
  const code = 'settings.refused';
  return { findings: [{ code, severity: FINDINGS[code], details: { faults } }], complete: false };
};

const diagnosed = async (
  run: Run,
  meant: Meant,
  { deep = false }: { deep?: boolean },
  bars: Bars,
): Promise<Diagnosis> => {
  let settings: Settings;
  try {
    settings = chosen(meant);
  } catch (error) {
    if (error instanceof SettingsRefused && !(meant.demonstration && meant.empty)) return refused(error);
    throw error;
  }
  const migrations = inProduct('infra/migrations');
  const examined = { settings, parts, migrations, node: neededNode(), lastDayBegun, machine: thisMachine };
  return diagnose(examined, {
    deep,
    progress: (step, done, all) => bars.show(TITLES[step], done, all),
    opened: (close) => void run.holds(close),
  });
};

const counted = (findings: readonly Finding[]): string => {
  const of = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  return (['error', 'warning', 'note'] as const)
    .map((severity) => `${of(severity)} ${severity}${of(severity) === 1 ? '' : 's'}`)
    .join(', ');
};

/** Says what is wrong with the installation that is meant. */
export const examine = async (
  run: Run,
  meant: Meant,
  options: { deep?: boolean; json?: boolean },
  bars: Bars,
): Promise<Exit> => {
  const { findings, complete } = await diagnosed(run, meant, options, bars);
  bars.end();
  const isWrong = findings.some(({ severity }) => severity !== 'note');
  const said = findings.map(inWords);
  if (options.json) await say({ complete, wrong: isWrong, findings: said });
  else {
    const paragraphs = said.map(({ code, severity, vi, en }) =>
      [`${severity} ${code}`, `  ${vi.found}`, `  → ${vi.advice}`, `  ${en.found}`, `  → ${en.advice}`].join('\n'),
    );
    const end = isWrong ? `Wrong: ${counted(findings)}.` : `Nothing is wrong (${counted(findings)}).`;
    const rest = complete ? '' : ' Not everything could be looked at.';
    await say([...paragraphs, `${end}${rest}`].join('\n\n'));
  }
  // What is wrong is told as a refusal would be: it is for people to mend, and nothing broke.
  return !complete ? EXIT.broken : isWrong ? EXIT.refused : EXIT.done;
};
