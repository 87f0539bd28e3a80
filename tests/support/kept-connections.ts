import type { Socket } from 'node:net';
import pg from 'pg';

/** What there is of pg's connection beside its types. */
type Connection = {
  stream: Socket;
  _connecting: boolean;
  _ending: boolean;
  connect: (this: Connection, port: number, host: string) => void;
  startup: (this: Connection, how: object) => void;
  end: (this: Connection) => void;
  attachListeners(stream: Socket): void;
  on(event: string, heard: (message: never) => void): void;
  emit(event: string, message?: object): boolean;
};

/** A session of the server that nobody uses, as if it had just begun. */
type Kept = { readonly session: string; readonly key: BackendKey; readonly stream: Socket; isReady: boolean };
type BackendKey = { readonly processID: number; readonly secretKey: number };

/** So many a worker keeps; who is longest without use goes. */
const MOST = 30;
const kept: Kept[] = [];

const message = (type: string, body = Buffer.alloc(0)): Buffer => {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};

const forget = (one: Kept): void => {
  const at = kept.indexOf(one);
  if (at >= 0) kept.splice(at, 1);
};

const letGo = (one: Kept): void => {
  forget(one);
  one.stream.end(message('X'));
};

/** The processes of the server whose sessions are kept here, and hold nothing any more. */
export const keptProcesses = (): readonly number[] =>
  kept.filter(({ isReady }) => isReady).map(({ key }) => key.processID);

/** Ends the kept sessions of that database, so that it can be renamed or copied. */
export const endKept = async (database: string): Promise<void> => {
  const there = kept.filter(({ session }) => session.includes(`"database":"${database}"`));
  await Promise.all(
    there.map(
      (one) =>
        new Promise<void>((ended) => {
          one.stream.once('close', () => ended());
          letGo(one);
        }),
    ),
  );
};

const DISCARD_ALL = message('Q', Buffer.from('discard all\0'));
/** The server waits for the next question, outside a transaction. */
const READY = message('Z', Buffer.from('I'));

/** Brings a session back to its beginning, by the server's own means, and keeps it for the next who asks for such a one. */
const keep = (one: Kept): void => {
  const { stream } = one;
  for (const event of ['data', 'error', 'close']) stream.removeAllListeners(event);
  // The first is the socket's own.
  for (const heard of stream.listeners('end').slice(1)) stream.off('end', heard as () => void);
  stream.on('error', () => forget(one));
  stream.on('close', () => forget(one));
  let said = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    said = Buffer.concat([said, chunk]);
    if (!said.subarray(-READY.length).equals(READY)) return;
    stream.removeAllListeners('data');
    if (!said.includes('DISCARD ALL')) return letGo(one);
    one.isReady = true;
  });
  stream.unref();
  kept.push(one);
  if (kept.length > MOST && kept[0]) letGo(kept[0]);
  stream.resume();
  stream.write(DISCARD_ALL);
};

/**
 * Lets sessions of the test run's server serve one connection after the other, as a pooler does: to begin one costs the
 * server 25 ms, and a test begins half a dozen. `discard all` brings a session back to what it was when it began; one
 * that was left within a transaction, or broken off, is ended as ever.
 */
const keepConnections = (server: URL): void => {
  const real = (pg as unknown as { Connection: { prototype: Connection } }).Connection.prototype;
  const { connect, startup, end } = real;
  const addresses = new WeakMap<Connection, [number, string]>();
  const sessions = new WeakMap<Connection, { session: string; key?: BackendKey; isIdle: boolean }>();

  const adopt = (connection: Connection, session: string, { stream, key }: Kept): void => {
    for (const event of ['error', 'close']) stream.removeAllListeners(event);
    connection.stream.destroy();
    connection.stream = stream;
    stream.ref();
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!connection._ending || !['ECONNRESET', 'EPIPE'].includes(error.code ?? '')) connection.emit('error', error);
    });
    stream.on('close', () => connection.emit('end'));
    connection.attachListeners(stream);
    sessions.set(connection, { session, key, isIdle: true });
    process.nextTick(() => {
      connection.emit('backendKeyData', key);
      connection.emit('readyForQuery', { status: 'I' });
    });
  };

  real.connect = function (port, host) {
    if (String(port) !== server.port || host !== server.hostname) return connect.call(this, port, host);
    addresses.set(this, [port, host]);
    this._connecting = true;
    process.nextTick(() => this.emit('connect'));
  };
  real.startup = function (how) {
    const address = addresses.get(this);
    if (!address) return startup.call(this, how);
    addresses.delete(this);
    const session = JSON.stringify(how);
    const at = kept.findLastIndex((one) => one.isReady && one.session === session);
    const [found] = at < 0 ? [] : kept.splice(at, 1);
    if (!found) {
      // It comes by here again once the server is reached.
      connect.apply(this, address);
      sessions.set(this, { session, isIdle: false });
    } else adopt(this, session, found);
    const about = sessions.get(this);
    if (!about) return;
    this.on('backendKeyData', (key: BackendKey) => (about.key = key));
    this.on('readyForQuery', ({ status }: { status: string }) => (about.isIdle = status === 'I'));
  };
  real.end = function () {
    const about = sessions.get(this);
    if (!about?.key || !about.isIdle || !this.stream.writable) return end.call(this);
    sessions.delete(this);
    this._ending = true;
    keep({ session: about.session, key: about.key, stream: this.stream, isReady: false });
    process.nextTick(() => this.emit('end'));
  };
};

const server = process.env['CAMKET_TEST_POSTGRES'];
if (server) keepConnections(new URL(server));
