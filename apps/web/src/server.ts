import { QueryClient } from '@tanstack/react-query';
import createClient from 'openapi-fetch';
import type { paths } from '#contracts';
import type { PlanRow, TaskFilter } from './contract';

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

/** So long an answer to a question may take, ms; a network that neither answers nor fails is one that does not answer. */
const PATIENCE = 60_000;

/** Acts and files take what they take. Older browsers in offices know neither `AbortSignal.any` nor `AbortSignal.timeout`. */
const patiently = async (request: Request): Promise<Response> => {
  if (request.method !== 'GET') return fetch(request);
  const end = new AbortController();
  const giveUp = (): void => end.abort(request.signal.reason);
  if (request.signal.aborted) giveUp();
  request.signal.addEventListener('abort', giveUp);
  const timer = window.setTimeout(() => end.abort(new DOMException('no answer', 'TimeoutError')), PATIENCE);
  try {
    return await fetch(request, { signal: end.signal });
  } finally {
    window.clearTimeout(timer);
    request.signal.removeEventListener('abort', giveUp);
  }
};

const client = createClient<paths>({ fetch: patiently });

type Answered<Body> = { data?: Body; error?: unknown; response: Response };

const answered = async <Body>(asked: Promise<Answered<Body>>): Promise<Answered<Body>> => {
  const answer = await asked.catch((error: unknown) => {
    throw error instanceof DOMException && error.name === 'AbortError' ? error : new Unreachable();
  });
  if (answer.response.ok) return answer;
  // An answer that is no problem+json is text, which has neither.
  const problem = answer.error as { code?: string; details?: Record<string, unknown> } | null | undefined;
  throw new Refused(answer.response.status, problem?.code ?? 'unknown', problem?.details ?? {});
};

const body = async <Body>(asked: Promise<Answered<Body>>): Promise<Body> => {
  const { data } = await answered(asked);
  if (data === undefined) throw new Unreachable();
  return data;
};

const done = async (asked: Promise<Answered<unknown>>): Promise<void> => {
  await answered(asked);
};

export interface Clocks {
  on: string;
  recorded: string;
}

export interface RowsWanted extends Clocks {
  state?: TaskFilter | undefined;
  field?: string | undefined;
  unit?: string | undefined;
  quarter?: string | undefined;
  search?: string | undefined;
}

type Cursor = string | undefined;
const present = <Values extends object>(values: Values): { [Key in keyof Values]: Exclude<Values[Key], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;

/** Everything that the page asks of the server. */
export const server = {
  installation: () => body(client.GET('/api/v1/installation')),
  found: (administrator: { username: string; password: string }, root: { code: string; name: string; kind: string }) =>
    body(client.POST('/api/v1/installation', { body: { administrator, root } })),
  previewUnits: (file: File) =>
    body(
      client.POST('/api/v1/units/imports', {
        body: { file: file.name },
        bodySerializer: () => {
          const form = new FormData();
          form.append('file', file);
          return form;
        },
      }),
    ),
  confirmUnits: (id: string) =>
    body(client.POST('/api/v1/units/imports/{id}/confirmation', { params: { path: { id } } })),
  session: () => body(client.GET('/api/v1/sessions/current')),
  signIn: (username: string, password: string) =>
    body(client.POST('/api/v1/sessions', { body: { username, password } })),
  signOut: () => done(client.DELETE('/api/v1/sessions/current')),
  changePassword: (current: string, next: string) =>
    done(client.PUT('/api/v1/accounts/current/password', { body: { current, next } })),
  /** All of them, page by page: there are a few a year. */
  plans: async () => {
    const plans: PlanRow[] = [];
    let cursor: Cursor;
    do {
      const page = await body(client.GET('/api/v1/plans', { params: { query: present({ cursor }) } }));
      plans.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    return plans;
  },
  progress: (id: string, clocks: Clocks, signal: AbortSignal) =>
    body(client.GET('/api/v1/plans/{id}/progress', { params: { path: { id }, query: clocks }, signal })),
  tasks: (id: string, wanted: RowsWanted, cursor?: Cursor, limit = 20) =>
    body(
      client.GET('/api/v1/plans/{id}/tasks', {
        params: { path: { id }, query: present({ ...wanted, cursor, limit }) },
      }),
    ),
  task: (id: string, clocks: Clocks) =>
    body(client.GET('/api/v1/tasks/{id}', { params: { path: { id }, query: clocks } })),
  obligations: (id: string, wanted: Clocks & { state?: 'open' | undefined }, cursor: Cursor) =>
    body(
      client.GET('/api/v1/tasks/{id}/obligations', {
        params: { path: { id }, query: present({ ...wanted, cursor, limit: 20 }) },
      }),
    ),
  obligationsOfUnit: (plan: string, wanted: Clocks & { unit: string; state?: 'open' | undefined }, cursor: Cursor) =>
    body(
      client.GET('/api/v1/plans/{id}/obligations', {
        params: { path: { id: plan }, query: present({ ...wanted, cursor, limit: 20 }) },
      }),
    ),
  history: (id: string, cursor: Cursor) =>
    body(client.GET('/api/v1/tasks/{id}/history', { params: { path: { id }, query: present({ cursor, limit: 30 }) } })),
  obligation: (id: string, clocks: Clocks) =>
    body(client.GET('/api/v1/obligations/{id}', { params: { path: { id }, query: clocks } })),
};

const definite = (error: unknown): boolean => error instanceof Refused && error.status < 500;

export const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 30_000, retry: (failures, error) => !definite(error) && failures < 2 },
    mutations: { retry: false },
  },
});
