/** The token under which Nest hands out the `Settings` of this process. */
export const SETTINGS = Symbol('settings');
