/** Takes an answer of supertest as the bytes that it is: `.buffer(true).parse(bytes)`. */
export const bytes = (answer: NodeJS.EventEmitter, done: (error: Error | null, body: Buffer) => void): void => {
  const parts: Buffer[] = [];
  answer.on('data', (part: Buffer) => parts.push(part));
  answer.on('end', () => done(null, Buffer.concat(parts)));
};
