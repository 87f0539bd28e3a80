/** One configuration for every kind of spec; the kinds are told apart by suffix (.unit, .int, .e2e). */
export default {
  testEnvironment: 'node',
  testRunner: '<rootDir>/tests/support/run-spec.mjs',
  // For the specs of the web app; all others are built with what they test.
  transform: { '^.+\\.ts$': ['@swc/jest', { module: { type: 'commonjs' }, jsc: { target: 'es2022' } }] },
  roots: ['<rootDir>/libs', '<rootDir>/apps', '<rootDir>/tests'],
  testMatch: ['**/*.(unit|int|e2e).spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.camket'],
  globalSetup: '<rootDir>/tests/support/global-setup.mjs',
  globalTeardown: '<rootDir>/tests/support/global-teardown.mjs',
  testTimeout: 60_000,
};
