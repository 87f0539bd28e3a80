import { QueryClient } from '@tanstack/react-query';
import type {
  Figures,
  History,
  Installation,
  ObligationAnswer,
  Owed,
  Page,
  PlanItem,
  Session,
  TaskRow,
  UnitsPreview,
} from './contract';

/** The server said no, with its stable code; the sentence for it stands in messages/. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly details: Record<string, unknown>,
  ) {
    super(code);
    this.name = 'Refused';
  }
}

/** No answer came, or one that is not the server's. */
export class Unreachable extends Error {
  constructor() {
    super('unreachable');
    this.name = 'Unreachable';
  }
}

const call = async <T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> => {
  const response = await fetch(`/api/v1${path}`, {
    method,
    signal: signal ?? null,
    ...(body instanceof FormData
      ? { body }
      : body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Unreachable();
  });
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
  const problem = (await response.json().catch(() => ({}))) as { code?: string; details?: Record<string, unknown> };
  throw new Refused(response.status, problem.code ?? 'unknown', problem.details ?? {});
};
const query = (values: Record<string, string | undefined>): string => {
  const text = new URLSearchParams(Object.entries(values).filter((e): e is [string, string] => !!e[1])).toString();
  return text ? `?${text}` : '';
};

export interface Clocks {
  on: string;
  recorded: string;
}
export interface RowsWanted extends Clocks {
  state?: string | undefined;
  field?: string | undefined;
  unit?: string | undefined;
  quarter?: string | undefined;
  search?: string | undefined;
}

export const server = {
  installation: () => call<Installation>('GET', '/installation'),
  found: (administrator: { username: string; password: string }, root: { code: string; name: string; kind: string }) =>
    call<unknown>('POST', '/installation', { administrator, root }),
  previewUnits: (file: File) => {
    const form = new FormData();
    form.append('file', file);
    return call<UnitsPreview>('POST', '/units/imports', form);
  },
  confirmUnits: (id: string) => call<unknown>('POST', `/units/imports/${id}/confirmation`, {}),
  session: () => call<Session>('GET', '/sessions/current'),
  signIn: (username: string, password: string) => call<unknown>('POST', '/sessions', { username, password }),
  signOut: () => call<void>('DELETE', '/sessions/current'),
  changePassword: (current: string, next: string) => call<void>('PUT', '/accounts/current/password', { current, next }),
  plans: () => call<{ items: PlanItem[] }>('GET', '/plans'),
  progress: (plan: string, clocks: Clocks, signal?: AbortSignal) =>
    call<Figures>('GET', `/plans/${plan}/progress${query({ ...clocks })}`, undefined, signal),
  tasks: (plan: string, wanted: RowsWanted, cursor?: string, limit = 20) =>
    call<Page<TaskRow>>('GET', `/plans/${plan}/tasks${query({ ...wanted, cursor, limit: String(limit) })}`),
  task: (task: string, clocks: Clocks) => call<TaskRow>('GET', `/tasks/${task}${query({ ...clocks })}`),
  history: (task: string, cursor?: string) =>
    call<History>('GET', `/tasks/${task}/history${query({ cursor, limit: '30' })}`),
  obligations: (task: string, clocks: Clocks, cursor?: string) =>
    call<Page<Owed>>('GET', `/tasks/${task}/obligations${query({ ...clocks, cursor, limit: '20' })}`),
  obligation: (id: string, clocks: Clocks) =>
    call<ObligationAnswer>('GET', `/obligations/${id}${query({ ...clocks })}`),
};

const definite = (error: unknown): boolean => error instanceof Refused && error.status < 500;

export const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 30_000, retry: (failures, error) => !definite(error) && failures < 2 },
    mutations: { retry: false },
  },
});
