/** The environment for a program that we start: what this process was given, with these changes. */
export const childEnvironment = (changes: Readonly<Record<string, string>>): Record<string, string | undefined> => ({
  ...process.env,
  ...changes,
});
