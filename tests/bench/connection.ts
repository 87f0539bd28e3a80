import { connect, type Socket } from 'node:net';

/** What was answered; the text is bytes as latin1. */
export type Answer = { readonly status: number; readonly text: string };

/** One keep-alive HTTP connection that sends one request after the other: a load generator must cost next to nothing. */
export class Connection {
  private received = '';
  private used = performance.now();
  private waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.setNoDelay(true);
    socket.on('data', (chunk: string) => this.take(chunk));
    socket.on('error', (error) => this.waiting?.reject(error));
    socket.on('close', () => this.waiting?.reject(new Error('the server closed the connection')));
  }

  static open(address: string): Promise<Connection> {
    const { hostname, port } = new URL(address);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => resolve(new Connection(socket)));
      socket.once('error', reject);
    });
  }

  get(path: string, token: string): Promise<Answer> {
    return this.send(`GET ${path}`, token, '');
  }

  /** Sends a JSON body. */
  post(path: string, token: string, body: string): Promise<Answer> {
    const about = `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
    return this.send(`POST ${path}`, token, about, body);
  }

  /** Whether it may be used again: servers close connections on which nothing has come for a minute or so. */
  get isFresh(): boolean {
    return !this.socket.destroyed && performance.now() - this.used < 30_000;
  }

  close(): void {
    this.socket.destroy();
  }

  private send(head: string, token: string, about: string, body = ''): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(`${head} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${token}\r\n${about}\r\n${body}`);
    });
  }

  private take(chunk: string): void {
    this.received += chunk;
    const head = this.received.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.received.slice(0, head))?.[1] ?? 0);
    const end = head + 4 + length;
    if (this.received.length < end) return;
    const [status, text] = [Number(this.received.slice(9, 12)), this.received.slice(head + 4, end)];
    this.received = this.received.slice(end);
    this.used = performance.now();
    this.waiting?.resolve({ status, text });
    this.waiting = undefined;
  }
}
