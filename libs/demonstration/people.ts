import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A sign-in of the demonstration; `unit` is a unit's code. */
export type Person = {
  readonly username: string;
  readonly role: string;
  readonly unit: string;
  readonly displayName: string;
};

export const PEOPLE: readonly Person[] = [
  { username: 'dieuphoi', role: 'coordinator', unit: 'H99.01', displayName: 'Điều phối viên 1, Sở Nội vụ' },
  { username: 'dieuphoi2', role: 'coordinator', unit: 'H99.01', displayName: 'Điều phối viên 2, Sở Nội vụ' },
  { username: 'thutruong', role: 'head', unit: 'H99.03', displayName: 'Thủ trưởng Sở Tài chính' },
  { username: 'baocao', role: 'reporter', unit: 'H99.03', displayName: 'Cán bộ báo cáo, Sở Tài chính' },
  { username: 'baocaoxa', role: 'reporter', unit: 'H99.101', displayName: 'Cán bộ báo cáo, Xã số 01' },
  { username: 'thanhtra', role: 'inspector', unit: 'H99.14', displayName: 'Kiểm tra viên, Thanh tra tỉnh' },
  { username: 'lanhdao', role: 'leader', unit: 'H99', displayName: 'Lãnh đạo UBND tỉnh' },
  { username: 'quantri', role: 'administrator', unit: 'H99', displayName: 'Quản trị hệ thống' },
];

/** A sign-in as `demo-accounts.json` lists it. */
export type SignIn = { readonly username: string; readonly password: string; readonly role: string };

/** The sign-ins of this installation: random passwords, made once, readable by the owner of the folder alone. */
export const signInsOf = (folder: string): readonly SignIn[] => {
  const file = join(folder, 'demo-accounts.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as SignIn[];
  const made = PEOPLE.map(({ username, role }) => ({
    username,
    password: randomBytes(12).toString('base64url'),
    role,
  }));
  writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return made;
};
