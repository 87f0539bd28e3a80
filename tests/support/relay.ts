import { createServer, connect, type Server, type Socket } from 'node:net';

/** What is sent whenever `log.append` is called, and not when a connection makes itself ready for it. */
export const APPENDING = 'log-append\0';

/** A line between a program and its PostgreSQL that a test can cut, redirect, and keep the answers back on. */
export class Relay {
  private readonly pairs = new Set<{ readonly near: Socket; readonly far: Socket }>();
  private question: string | undefined;

  private constructor(
    private readonly server: Server,
    private target: URL,
  ) {}

  /** A relay to the server of that address, on a free port of its own. */
  static async to(url: string): Promise<Relay> {
    const server = createServer();
    const relay = new Relay(server, new URL(url));
    server.on('connection', (near) => relay.join(near));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  /** The address by which the server is reached through here; the same after `redirect`. */
  get url(): string {
    const url = new URL(this.target);
    url.port = String((this.server.address() as { port: number }).port);
    return url.href;
  }

  /** New connections go to this server from now on. */
  redirect(url: string): void {
    this.target = new URL(url);
  }

  /** Ends all connections at once, in both directions. */
  cut(): void {
    for (const { near, far } of this.pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
  }

  /** The answer to the next question that holds these words reaches nobody: all connections are cut in its place. */
  loseAnswerTo(words: string): void {
    this.question = words;
  }

  /** Cuts everything and takes no more connections. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.cut();
    await closed;
  }

  private join(near: Socket): void {
    const far = connect(Number(this.target.port), this.target.hostname);
    const pair = { near, far };
    this.pairs.add(pair);
    const end = (): void => {
      this.pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) socket.setNoDelay(true).on('error', end).on('close', end);
    let isAsked = false;
    near.on('data', (bytes: Buffer) => {
      if (this.question !== undefined && bytes.includes(this.question)) {
        this.question = undefined;
        isAsked = true;
      }
      far.write(bytes);
    });
    far.on('data', (bytes: Buffer) => {
      if (isAsked) this.cut();
      else near.write(bytes);
    });
  }
}
