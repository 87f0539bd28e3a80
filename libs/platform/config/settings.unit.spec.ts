import { resolve } from 'node:path';
import { readSettings, settings, SettingsRefused } from './settings.js';

const faultsOf = (environment: Record<string, string>, flags: string[] = []): readonly string[] => {
  try {
    readSettings(environment, flags);
  } catch (error) {
    if (error instanceof SettingsRefused) return error.faults;
    throw error;
  }
  return [];
};

describe('the settings', () => {
  it('have a default each', () => {
    expect(readSettings({})).toEqual({
      mode: 'demonstration',
      role: 'all',
      host: '127.0.0.1',
      port: 3000,
      databaseUrl: undefined,
      databaseConnections: 10,
      folder: resolve('.camket/demonstration'),
      fileLimitBytes: 104_857_600,
      sessionHours: 12,
      sessionIdleMinutes: 60,
      logLevel: 'info',
    });
  });

  it('take an empty variable for a missing one', () => {
    expect(readSettings({ PORT: '', DATABASE_URL: ' ' })).toEqual(readSettings({}));
  });

  it('serve a real installation on a database of its own or when asked for an empty one', () => {
    const url = 'postgresql://camket:secret@db.example:5432/camket';
    expect(readSettings({ DATABASE_URL: url })).toMatchObject({ mode: 'real', databaseUrl: url });
    expect(readSettings({}, ['--empty'])).toMatchObject({ mode: 'real', folder: resolve('.camket/data') });
    expect(readSettings({ DATABASE_URL: url }, ['--demonstration'])).toMatchObject({ mode: 'demonstration' });
  });

  it('let api and worker run apart only where they can meet, in a database of their own', () => {
    const url = 'postgresql://camket:secret@db.example:5432/camket';
    for (const role of ['api', 'worker']) {
      expect(readSettings({ CAMKET_ROLE: role, DATABASE_URL: url })).toMatchObject({ role, mode: 'real' });
      expect(faultsOf({ CAMKET_ROLE: role })).toEqual([expect.stringContaining('DATABASE_URL')]);
      expect(faultsOf({ CAMKET_ROLE: role }, ['--empty'])).toEqual([expect.stringContaining('DATABASE_URL')]);
      expect(faultsOf({ CAMKET_ROLE: role, DATABASE_URL: url }, ['--demonstration'])).toEqual([
        expect.stringContaining('demonstration'),
      ]);
    }
    expect(faultsOf({ CAMKET_ROLE: 'boss' })).toEqual([expect.stringContaining('all, api, worker')]);
  });

  it('name every fault in one message', () => {
    const wrong = { PORT: '70000', HOST: 'a b', CAMKET_SESSION_HOURS: 'ten', CAMKET_LOG_LEVEL: 'loud' };
    expect(faultsOf(wrong, ['--fast'])).toHaveLength(5);
    expect(() => readSettings(wrong)).toThrow(/PORT is "70000".*\n.*CAMKET_SESSION_HOURS is "ten"/);
  });

  it('keep the password of a database to themselves', () => {
    const faults = faultsOf({ DATABASE_URL: 'mysql://camket:s3cret@db/camket' });
    expect(faults).toHaveLength(1);
    expect(faults.join()).not.toContain('s3cret');
  });

  it('listen on loopback alone until somebody says otherwise', () => {
    for (const host of ['127.0.0.1', '127.1.2.3', 'localhost', '::1']) expect(faultsOf({ HOST: host })).toEqual([]);
    for (const host of ['0.0.0.0', '::', '10.0.0.7', 'camket.example.vn'])
      expect(faultsOf({ HOST: host })).toEqual([expect.stringContaining('CAMKET_ALLOW_NETWORK')]);
    expect(readSettings({ HOST: '0.0.0.0', CAMKET_ALLOW_NETWORK: 'yes' })).toMatchObject({ host: '0.0.0.0' });
  });

  it('refuse a misspelt name of ours and leave the names of others alone', () => {
    expect(faultsOf({ CAMKET_SESION_HOURS: '3' })).toEqual([expect.stringContaining('CAMKET_SESSION_HOURS')]);
    expect(faultsOf({ NODE_ENV: 'test', CAMKET_CHROMIUM: '/usr/bin/chromium', CAMKET_TEST_POSTGRES: 'x' })).toEqual([]);
  });

  it('are not of two minds about what is served', () => {
    expect(faultsOf({}, ['--empty', '--demonstration'])).toEqual([expect.stringContaining('exclude each other')]);
  });

  it('each have a meaning for the reference', () => {
    expect(settings.filter(({ meaning }) => meaning.length < 10)).toEqual([]);
  });
});
