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
  /** Another value each time: the other tabs of this browser hear of it. */
  keep: () => localStorage.setItem(mark, String(Date.now())),
  drop: () => localStorage.removeItem(mark),
  /** Calls when somebody signs in or out in another tab; answers how to stop that. */
  watch: (changed: () => void): (() => void) => {
    const heard = ({ key }: StorageEvent): void => {
      if (key === mark || key === null) changed();
    };
    window.addEventListener('storage', heard);
    return () => window.removeEventListener('storage', heard);
  },
};

/** Nobody has signed in from this browser. */
const NOBODY = 'access.nobody';

/** The answer to somebody who is not signed in. */
export const isSignedOut = (error: unknown): error is Refused => error instanceof Refused && error.status === 401;

/** Who was signed in is so no more, without having signed out. */
export const hasEnded = (error: unknown): boolean => isSignedOut(error) && error.code !== NOBODY;

const ask = async (): Promise<Session> => {
  if (localStorage.getItem(mark) === null) throw new Refused(401, NOBODY, {});
  try {
    return await server.session();
  } catch (error) {
    if (isSignedOut(error)) remembered.drop();
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
