/**
 * How Jest runs a spec file: with its own runner, but loaded as Node loads the product, from what was built. Jest's own
 * modules are read, linked and compiled anew for every file; these once for all the files that a worker runs, and what
 * the engine has learned of them stays (docs/adr/2026-11-27-specs-are-loaded-by-node.md).
 */
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

const { default: circus } = createRequire(import.meta.url)('jest-circus/runner');

const SPOKEN = ['describe', 'it', 'test', 'expect', 'beforeAll', 'beforeEach', 'afterEach', 'afterAll'];

/** `expect.any(String)` means the String of whoever writes it: Jest's matchers live in a realm of their own. */
const OF_THE_LANGUAGE = [
  ...['Array', 'BigInt', 'Boolean', 'Date', 'Error', 'Function', 'Map', 'Number', 'Object', 'Promise', 'RegExp', 'Set'],
  ...['String', 'Symbol'],
];

export default async function runSpec(globalConfig, config, environment, runtime, path, send) {
  const inProduct = relative(config.rootDir, path);
  // The web app is written for a bundler: its few specs are for Jest's own loader.
  if (!inProduct.startsWith(join('apps', 'web') + sep)) {
    for (const name of OF_THE_LANGUAGE) environment.global[name] = globalThis[name];
    const built = pathToFileURL(join(config.rootDir, 'dist', inProduct.replace(/\.ts$/, '.js'))).href;
    runtime.unstable_shouldLoadAsEsm = () => true;
    runtime.unstable_importModule = async () => {
      for (const name of SPOKEN) globalThis[name] = environment.global[name];
      await import(`${built}?${Date.now()}`);
    };
  }
  return circus(globalConfig, config, environment, runtime, path, send);
}
