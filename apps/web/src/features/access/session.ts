import { useQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import type { Session } from '../../contract';
import { Refused, server } from '../../server';

const mark = 'camket.signed-in';

/**
 * Whether this browser has signed in: the session's cookie cannot be seen from here, and asking without one would be
 * a refused request in the console of everybody who comes to sign in. Says nothing of rights; the server does.
 */
export const remembered = {
  keep: () => localStorage.setItem(mark, '1'),
  drop: () => localStorage.removeItem(mark),
};

const ask = async (): Promise<Session> => {
  if (localStorage.getItem(mark) === null) throw new Refused(401, 'access.not-signed-in', {});
  try {
    return await server.session();
  } catch (error) {
    if (error instanceof Refused && error.status === 401) remembered.drop();
    throw error;
  }
};

export const useSessionQuery = () =>
  useQuery({ queryKey: ['session'], queryFn: ask, staleTime: 5 * 60_000, refetchOnWindowFocus: true });

export const SessionContext = createContext<Session | null>(null);

/** Who is signed in; only inside the shell, which shows nothing to others. */
export const useSession = (): Session => {
  const session = useContext(SessionContext);
  if (!session) throw new Error('asked for the session outside the shell');
  return session;
};
