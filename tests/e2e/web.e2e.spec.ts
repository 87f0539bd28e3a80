import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { readSettings, type Mode } from '#platform/config';
import { Database } from '#platform/database';
import { createApp, tables, type App } from '../../apps/api/app.js';
import { emptyDatabase } from '../support/postgres.js';

type Remembered = Awaited<ReturnType<BrowserContext['storageState']>>;
type SignIn = { readonly username: string; readonly password: string };

const LAPTOP = { width: 1366, height: 768 };
const PHONE = { width: 390, height: 844 };
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** The product in this process, its data in a folder and a database of its own. */
class Product {
  private constructor(
    readonly address: string,
    readonly folder: string,
    private readonly app: App,
    private readonly database: Database,
  ) {}

  static async start(mode: Mode): Promise<Product> {
    const settings = {
      ...readSettings({ CAMKET_LOG_LEVEL: 'error' }, [mode === 'real' ? '--empty' : '--demonstration']),
      port: 0,
    };
    const folder = await mkdtemp(join(tmpdir(), 'camket-web-'));
    const database = await Database.open(await emptyDatabase(), tables, { migrations: 'infra/migrations' });
    // A copy, so that a build beside the tests takes nothing away from under them.
    const web = join(folder, 'web');
    await cp('apps/web/dist', web, { recursive: true });
    const app = await createApp({ settings, database, mode, folder, web });
    return new Product(await app.listen(), folder, app, database);
  }

  async signIns(): Promise<readonly SignIn[]> {
    return JSON.parse(await readFile(join(this.folder, 'demo-accounts.json'), 'utf8')) as SignIn[];
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.database.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Somebody at a browser; what the browser complains of is kept. */
class Reader {
  readonly complaints: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly address: string,
  ) {}

  static async at(browser: Browser, address: string, viewport = LAPTOP, remembered?: Remembered): Promise<Reader> {
    const isPhone = viewport.width < 600;
    const context = await browser.newContext({
      viewport,
      hasTouch: isPhone,
      isMobile: isPhone,
      locale: 'vi-VN',
      reducedMotion: 'reduce',
      ...(remembered ? { storageState: remembered } : {}),
    });
    return Reader.in(context, address);
  }

  /** One more page of somebody who has been here before: what the browser keeps of the application it need not load. */
  static async in(context: BrowserContext, address: string): Promise<Reader> {
    const reader = new Reader(await context.newPage(), context, address);
    reader.page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) reader.complaints.push(message.text());
    });
    reader.page.on('pageerror', (error) => reader.complaints.push(String(error)));
    return reader;
  }

  async go(path: string): Promise<void> {
    await this.page.goto(this.address + path);
  }

  async signIn({ username, password }: SignIn): Promise<void> {
    await this.page.getByLabel('Tên đăng nhập').fill(username);
    await this.page.getByLabel('Mật khẩu', { exact: true }).fill(password);
    await this.page.getByRole('button', { name: 'Đăng nhập' }).click();
  }

  /** The text of the page once it holds these words. */
  async sees(...words: string[]): Promise<void> {
    for (const each of words) await this.page.getByText(each).first().waitFor();
  }

  async text(selector = 'body'): Promise<string> {
    return (await this.page.locator(selector).innerText()).replace(/\s+/g, ' ');
  }

  /** Faults of accessibility by WCAG 2.2, A and AA. */
  async barriers(): Promise<string[]> {
    // Without frames there is nothing to put together, for which another page would be opened each time.
    const { violations } = await new AxeBuilder({ page: this.page })
      .setLegacyMode()
      .options({ resultTypes: ['violations'] })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  }

  /** By how much the page is wider than the screen. */
  async overhang(): Promise<number> {
    return this.page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
  }

  /** Makes the page this many times slower, as on a slow machine. */
  async slowDown(times: number): Promise<void> {
    const session = await this.context.newCDPSession(this.page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: times });
  }

  /** What the browser has kept: cookies and the like. */
  async remembered(): Promise<Remembered> {
    return this.context.storageState();
  }

  /** Closes the page; who has no other page open is forgotten by the browser. */
  async leave(): Promise<void> {
    await this.page.close();
    if (this.context.pages().length === 0) await this.context.close();
  }

  /** The same person at one more page. */
  beside(): Promise<Reader> {
    return Reader.in(this.context, this.address);
  }
}

const REFUSED_SIGN_IN = /status of 401/;

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env['CAMKET_CHROMIUM'] ?? '/usr/bin/chromium',
    args: FLAGS,
  });
}, 60_000);
afterAll(() => browser?.close());

describe('the page of a demonstration, in a browser', () => {
  let product: Product;
  let signIns: readonly SignIn[];
  let progress: string;
  let leader: Remembered;
  /** A leader whose page stays open for all tests. */
  let seated: Reader;
  const readers: Reader[] = [];

  const known = (username: string): SignIn => {
    const found = signIns.find((one) => one.username === username);
    if (!found) throw new Error(`nobody is called ${username}`);
    return found;
  };
  const arrive = async (path = '/', viewport = LAPTOP, as?: Remembered): Promise<Reader> => {
    const reader = await Reader.at(browser, product.address, viewport, as);
    readers.push(reader);
    await reader.go(path);
    return reader;
  };
  /** A leader who has signed in, on the progress page with these questions in its address. */
  const reading = async (questions = ''): Promise<Reader> => {
    const reader = await seated.beside();
    readers.push(reader);
    await reader.go(`${progress}${questions}`);
    await reader.page.getByRole('heading', { level: 1 }).waitFor();
    return reader;
  };

  beforeAll(async () => {
    product = await Product.start('demonstration');
    signIns = await product.signIns();
    const first = await arrive();
    await first.signIn(known('lanhdao'));
    await first.page.waitForURL('**/progress');
    progress = new URL(first.page.url()).pathname;
    leader = await first.remembered();
    seated = await Reader.at(browser, product.address, LAPTOP, leader);
  }, 300_000);
  afterAll(async () => {
    await seated?.leave();
    await product?.stop();
  });
  afterEach(async () => {
    const complaints = readers.flatMap((reader) => reader.complaints);
    for (const reader of readers.splice(0)) await reader.leave();
    expect(complaints).toEqual([]);
  });

  it('says in Vietnamese that a password is wrong, and brings to what was asked for once it is right', async () => {
    const reader = await arrive(`${progress}?on=2026-09-30`);
    await reader.sees('Đăng nhập', 'Đây là bản trình diễn');
    await reader.signIn({ username: 'lanhdao', password: 'sai mật khẩu rồi' });
    await reader.sees('Tên đăng nhập hoặc mật khẩu không đúng.');
    await reader.signIn(known('lanhdao'));
    await reader.sees('23/24');
    expect(reader.page.url()).toContain('on=2026-09-30');
    expect(reader.complaints.splice(0)).toEqual([expect.stringMatching(REFUSED_SIGN_IN)]);
  });

  it('says first what is due and done, and writes the base beside each percent', async () => {
    const reader = await reading();
    await reader.sees('Chưa hoàn thành: ');
    const said = await reader.text('main');
    expect(said).toContain('35/35 nhiệm vụ đến hạn đã hoàn thành; 65/68 đã triển khai; không có nhiệm vụ quá hạn.');
    expect(said).toContain('95,6 % 65/68 nhiệm vụ');
    expect(said).toContain('Theo kế hoạch ban đầu: 35/68 nhiệm vụ phải xong');
    expect(said).toContain('từ 65 đến 66 trong 68 nhiệm vụ');
    expect(said).toContain('Chưa hoàn thành: 3 nhiệm vụ');
    expect(await reader.text('header')).toContain('Bản trình diễn: số liệu minh họa');
    const fields = await reader.page.locator('section[aria-labelledby=fields] tbody tr').allInnerTexts();
    expect(fields.map((field) => /\d+\/\d+/.exec(field)?.[0])).toEqual([
      ...['12/14', '8/8', '13/13', '8/8', '9/9', '5/6', '10/10'],
    ]);
  });

  it('shows the figure that was reported then, today’s figure beside it, and what made the difference', async () => {
    const reader = await reading('?on=2026-03-31&recorded=2026-03-31');
    await reader.sees('9/9');
    const said = await reader.text('main');
    expect(said).toContain('9/9 nhiệm vụ đến hạn đã hoàn thành; 24/68 đã triển khai; không có nhiệm vụ quá hạn.');
    expect(said).toContain('13,2 % 9/68 nhiệm vụ');
    expect(said).toContain('8/68 (11,8 %). Ít hơn 1 nhiệm vụ');
    await reader.page.getByText('Những ghi nhận tạo ra khác biệt (1 nhiệm vụ)').click();
    await reader.sees('ngày hoàn thành 09/4/2026', 'Lý do: ');
    await reader.page.getByRole('link', { name: 'Xem theo sổ ghi hôm nay 18/12/2026' }).click();
    await reader.sees('11,8 %');
    expect(reader.page.url()).not.toContain('recorded');
  });

  it('keeps both clocks in its address, so that a link shows somebody else the same', async () => {
    const reader = await reading();
    await reader.page.getByRole('button', { name: '14/12', exact: true }).click();
    await reader.sees('94,1 %');
    await reader.page.getByRole('button', { name: 'Cùng ngày 14/12' }).click();
    await reader.sees('70,6 %');
    const { search } = new URL(reader.page.url());
    expect(search).toBe('?on=2026-12-14&recorded=2026-12-14');
    await reader.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    await reader.page.getByRole('button', { name: 'Sao chép liên kết' }).click();
    await reader.sees('Trình duyệt không cho sao chép ở đây.');
    const other = await reading(search);
    await other.sees('70,6 %', '48/68 nhiệm vụ');
  });

  it('follows both of two quick acts, the second made before the first is drawn', async () => {
    const reader = await reading('?on=2026-12-14&recorded=2026-12-14');
    await reader.sees('70,6 %');
    await reader.slowDown(6);
    const day = reader.page.getByRole('textbox', { name: 'Tình hình đến hết ngày' });
    await day.fill('05/10/2026');
    await day.press('Enter');
    await reader.page.getByRole('group', { name: 'Sổ ghi' }).getByRole('button', { name: 'Hôm nay' }).click();
    await reader.slowDown(1);
    await reader.sees('1 nhiệm vụ quá hạn');
    expect(new URL(reader.page.url()).search).toBe('?on=2026-10-05');
  });

  it('says so when a day lies ahead, and when the plan was not yet in force', async () => {
    const ahead = await reading('?on=2026-12-31');
    await ahead.sees('Ngày 31/12/2026 chưa tới: đây là số liệu nếu không có gì thêm.');
    const before = await reading('?on=2025-12-30');
    await before.sees('Kế hoạch chưa có hiệu lực vào ngày 30/12/2025');
    expect(await before.text('main')).not.toContain('%');
  });

  it('opens the rows behind each number, exactly as many as it says', async () => {
    const reader = await reading('?on=2026-10-31&recorded=2026-10-31');
    await reader.sees('Cần lưu ý');
    const numbers = reader.page.locator('main a[href*="rows="]').filter({ hasText: /^\d+(\/\d+)?$/ });
    const count = await numbers.count();
    expect(count).toBeGreaterThan(25);
    for (let index = 0; index < count; index += 1) {
      const number = numbers.nth(index);
      const said = (await number.innerText()).split('/')[0];
      await number.click();
      const sheet = reader.page.getByRole('dialog');
      await sheet
        .getByRole('status')
        .filter({ hasText: new RegExp(`^${said} nhiệm vụ$`) })
        .waitFor();
      await sheet.getByRole('button', { name: 'Đóng' }).click();
      await sheet.waitFor({ state: 'detached' });
    }
  }, 180_000);

  it('opens what a unit owes, exactly as much as its number says, and each of it', async () => {
    const reader = await reading('?on=2026-10-31&recorded=2026-10-31');
    const numbers = reader.page.locator('main a[href*="owing="]');
    await numbers.nth(9).waitFor();
    const sheet = reader.page.getByRole('dialog');
    const counts = async (count: number): Promise<void> => {
      await sheet
        .getByRole('status')
        .filter({ hasText: new RegExp(`^${count} việc$`) })
        .waitFor();
    };
    for (const index of [0, 9]) {
      const [done = 0, all = 0] = (await numbers.nth(index).innerText()).split('/').map(Number);
      await numbers.nth(index).click();
      await counts(all - done);
      await sheet.getByText('Tất cả').click();
      await counts(all);
      expect(await sheet.locator('a[href*="obligation="]').count()).toBe(Math.min(all, 20));
      if (index === 0) {
        await sheet.locator('a[href*="obligation="]').first().click();
        await sheet.getByText('Quá trình thực hiện').waitFor();
        await sheet.getByText('← Về danh sách').click();
        await counts(all - done);
      }
      await reader.page.keyboard.press('Escape');
      await sheet.waitFor({ state: 'detached' });
    }
  });

  it('finds rows without tones, and brings the rest page by page', async () => {
    const reader = await reading('?rows=all');
    const sheet = reader.page.getByRole('dialog');
    await sheet.getByRole('button', { name: 'Xem thêm (còn 48 nhiệm vụ)' }).click();
    await sheet.getByRole('button', { name: 'Xem thêm (còn 28 nhiệm vụ)' }).waitFor();
    expect(await sheet.locator('tbody tr').count()).toBe(40);
    await sheet.getByRole('searchbox').fill('giai ngan von dau tu');
    await sheet
      .getByRole('status')
      .filter({ hasText: /^1 nhiệm vụ$/ })
      .waitFor();
    expect(await sheet.locator('tbody tr').innerText()).toContain('VI.4');
    expect(reader.page.url()).toContain('search=');
  });

  it('says which day its figures are of while those of another day are on their way, and shows nothing as of a day that it is not of', async () => {
    const reader = await reading();
    let release = (): void => undefined;
    const held = new Promise<void>((done) => (release = done));
    await reader.page.route(/progress\?on=2026-03-14/, async (route) => {
      await held;
      await route.continue();
    });
    await reader.page.getByRole('button', { name: '14/3', exact: true }).first().click();
    await reader.sees('Đang tải số liệu đến hết ngày 14/3/2026');
    expect(await reader.text()).toMatch(/95,6 % 65\/68 nhiệm vụ .* đến hết ngày 18\/12\/2026/);
    release();
    await reader.sees('3/68 nhiệm vụ');
    expect(await reader.text()).toMatch(/4,4 % 3\/68 nhiệm vụ .* đến hết ngày 14\/3\/2026/);
    expect(await reader.text()).not.toContain('Đang tải');
    await reader.page.route(/progress\?on=2026-06-14/, (route) => route.fulfill({ status: 404, json: {} }));
    await reader.page.getByRole('button', { name: '14/6', exact: true }).first().click();
    await reader.sees('Không tìm thấy nội dung cần mở.', 'Số bên dưới là của ngày 14/3/2026', '3/68 nhiệm vụ');
    await reader.page.unroute(/progress\?on=2026-06-14/);
    await reader.page.getByRole('button', { name: 'Thử lại' }).click();
    await reader.page.getByText('Số bên dưới là của ngày').waitFor({ state: 'detached' });
    await reader.page.getByText('3/68 nhiệm vụ', { exact: true }).waitFor({ state: 'detached' });
    expect(reader.complaints.splice(0)).toEqual([expect.stringMatching(/status of 404/)]);
  });

  it('drops no typed day in silence, and keeps what is there when more does not come', async () => {
    const reader = await reading('?rows=all');
    await reader.page.route(/tasks\?.*cursor=/, (route) => route.abort());
    const sheet = reader.page.getByRole('dialog');
    await sheet.getByRole('button', { name: 'Xem thêm (còn 48 nhiệm vụ)' }).click();
    await sheet.getByText('Không kết nối được với máy chủ').waitFor();
    expect(await sheet.locator('tbody tr').count()).toBe(20);
    await reader.page.unroute(/tasks\?.*cursor=/);
    await sheet.getByRole('button', { name: 'Xem thêm (còn 48 nhiệm vụ)' }).click();
    await sheet.getByRole('button', { name: 'Xem thêm (còn 28 nhiệm vụ)' }).waitFor();
    await reader.page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    const field = reader.page.getByRole('group', { name: 'Tình hình đến hết ngày' }).locator('input');
    for (const text of ['31/02/2026', '18/12/9026', 'abc']) {
      await field.fill(text);
      await field.press('Enter');
      await reader.sees(`“${text}” không phải là ngày chọn được; đang xem ngày 18/12/2026.`);
    }
    const wrong = reader.page.getByText('không phải là ngày chọn được');
    await reader.page.getByRole('button', { name: 'Hôm nay' }).first().click();
    await wrong.waitFor({ state: 'detached' });
    // Without a year the plan's is meant, whatever year it is where the browser stands.
    await reader.page.clock.setFixedTime('2031-02-03T08:00:00+07:00');
    for (const [text, day, shown] of [
      [' 30/9/2026', '2026-09-30', '30/9/2026'],
      ['14/12 ', '2026-12-14', '14/12/2026'],
      ['5/10', '2026-10-05', '05/10/2026'],
    ] as const) {
      await field.fill(text);
      await field.press('Enter');
      await reader.page.waitForURL(`**/progress?on=${day}`);
      // Until the page is drawn anew, the field takes back what is typed next.
      await reader.page.getByText(`Đến hết ngày ${shown}`).first().waitFor({ state: 'attached' });
      expect(await wrong.count()).toBe(0);
    }
    await reader.go(`${progress}?on=9026-12-18`);
    await reader.sees('65/68 nhiệm vụ', '“9026-12-18” không phải là ngày chọn được; đang xem ngày 18/12/2026.');
    expect(reader.complaints.splice(0)).toEqual(expect.arrayContaining([expect.stringMatching(/ERR_FAILED/)]));
  });

  it('marks in the history what was recorded behind the day of the log', async () => {
    const reader = await reading('?on=2026-06-23&recorded=2026-06-23&rows=all&field=CCCV');
    const sheet = reader.page.getByRole('dialog');
    await sheet.locator('tbody tr', { hasText: 'V.4' }).getByRole('link').click();
    await sheet.locator('a[href*="obligation="]').first().click();
    await sheet.getByText('Về nhiệm vụ').waitFor();
    await sheet.getByText('Trả lại báo cáo').waitFor();
    const marks = sheet.getByText('Ghi sau ngày 23/6/2026, chưa tính vào tình hình ở trên.');
    await marks.nth(2).waitFor();
    expect(await marks.count()).toBe(3);
    const { searchParams } = new URL(reader.page.url());
    await reader.go(
      `${progress}?on=2026-06-17&task=${searchParams.get('task')}&obligation=${searchParams.get('obligation')}`,
    );
    const reported = sheet.locator('li', { hasText: 'Báo cáo hoàn thành, ngày hoàn thành 18/6/2026' }).first();
    await reported.getByText('Chưa tính vào số liệu đến hết ngày 17/6/2026.').waitFor();
  });

  it('stays signed in when signing out does not reach the server, and says so when the session has ended', async () => {
    const reader = await arrive(progress, LAPTOP, leader);
    await reader.page.route('**/api/v1/sessions/current', (route) =>
      route.request().method() === 'DELETE' ? route.abort() : route.continue(),
    );
    await reader.page.getByRole('button', { name: 'Đăng xuất' }).click();
    await reader.sees('Chưa đăng xuất được. Không kết nối được với máy chủ.');
    // What the page asks for by itself would be refused before anybody clicks.
    await reader.page.waitForLoadState('networkidle');
    await reader.page.context().clearCookies();
    await reader.page.getByRole('button', { name: '14/3', exact: true }).first().click();
    await reader.sees('Phiên làm việc đã kết thúc. Hãy đăng nhập lại.');
    expect(reader.page.url()).toContain('to=');
    let asked = 0;
    reader.page.on('request', (request) => {
      if (request.method() === 'GET' && request.url().endsWith('/sessions/current')) asked += 1;
    });
    await reader.signIn(known('lanhdao'));
    await reader.sees('3/68 nhiệm vụ');
    expect(asked).toBe(1);
    expect(reader.complaints.splice(0)).not.toEqual([]);
  });

  it('tells the history of a row and of one unit’s part in it, in words', async () => {
    const reader = await reading('?rows=completed&field=CCTCBM');
    const sheet = reader.page.getByRole('dialog');
    await sheet.locator('tbody tr', { hasText: 'IV.2' }).getByRole('link').click();
    await sheet.getByText('Gia hạn từ 30/9/2026 đến 31/10/2026, có hiệu lực từ 25/9/2026').waitFor();
    await sheet.getByText('hạn ban đầu 30/9/2026').waitFor();
    await reader.go(`${progress}?rows=completed&field=CCCV`);
    await sheet.locator('tbody tr', { hasText: 'V.4' }).getByRole('link').click();
    await sheet.locator('a[href*="obligation="]').first().click();
    await sheet.getByText('Báo cáo hoàn thành, ngày hoàn thành 18/6/2026').first().waitFor();
    await sheet.getByText('Trả lại báo cáo').waitFor();
    await sheet.getByText('Nghiệm thu, công nhận kết quả').waitFor();
  });

  it('is worked from the keyboard: a number opens with Enter, Escape closes and gives the focus back', async () => {
    const reader = await reading();
    await reader.page.waitForLoadState('networkidle');
    // What opens is there before it is asked for: the server may be away by then.
    await reader.page.route('**/assets/**', (route) => route.abort());
    const number = reader.page.getByRole('link', { name: '65/68', exact: true }).first();
    await number.focus();
    await reader.page.keyboard.press('Enter');
    const sheet = reader.page.getByRole('dialog');
    await sheet.getByRole('status').filter({ hasText: '65 nhiệm vụ' }).waitFor();
    const row = sheet.locator('tbody a').nth(15);
    const title = await row.innerText();
    await row.focus();
    await reader.page.keyboard.press('Enter');
    await sheet.getByText('Quá trình thực hiện').waitFor();
    await sheet.locator('[tabindex="-1"]:focus').waitFor();
    const unit = sheet.locator('a[href*="obligation="]').first();
    const name = await unit.innerText();
    await unit.focus();
    await reader.page.keyboard.press('Enter');
    await sheet.getByText('← Về nhiệm vụ').waitFor();
    await reader.page.goBack();
    await sheet.locator('a:focus', { hasText: name }).waitFor();
    await reader.page.goBack();
    await sheet.locator('a:focus', { hasText: title }).waitFor();
    await reader.page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    await reader.page.locator('a:focus', { hasText: '65/68' }).waitFor();
  });

  it.each([
    ['a laptop', LAPTOP],
    ['a phone', PHONE],
  ])(
    'fits %s and has no barrier on any screen',
    async (_, viewport) => {
      const reader = await arrive('/sign-in', viewport);
      const faults: string[] = [];
      const look = async (screen: string): Promise<void> => {
        for (const barrier of await reader.barriers()) faults.push(`${screen}: ${barrier}`);
        const overhang = await reader.overhang();
        if (overhang > 0) faults.push(`${screen}: ${overhang} px too wide`);
      };
      await reader.sees('Quên mật khẩu?');
      await look('sign-in');
      await reader.signIn(known('dieuphoi'));
      await reader.sees('Theo đơn vị chủ trì');
      await reader.page.locator('#units').scrollIntoViewIfNeeded();
      await reader.page.locator('section[aria-labelledby=curve] svg text').first().waitFor();
      await look('progress');
      await reader.go(`${progress}?rows=all`);
      await reader.page.getByRole('dialog').locator('tbody tr').first().waitFor();
      await look('rows');
      await reader.page.getByRole('dialog').locator('tbody a').first().click();
      await reader.sees('Quá trình thực hiện');
      await reader.page.locator('a[href*="obligation="]').first().waitFor();
      await look('task');
      await reader.page.locator('a[href*="obligation="]').first().click();
      await reader.sees('Việc của đơn vị', 'Nghiệm thu, công nhận kết quả');
      await look('obligation');
      await reader.go('/account');
      await reader.sees('Đổi mật khẩu');
      await look('account');
      await reader.go('/khong-co');
      await reader.sees('Không có trang này');
      await look('nowhere');
      expect(faults).toEqual([]);
    },
    120_000,
  );

  it('lets in no script but its own, and styles by a nonce that serves once', async () => {
    const [one, two] = await Promise.all([fetch(product.address), fetch(`${product.address}${progress}`)]);
    const policies = [one, two].map((page) => page.headers.get('content-security-policy') ?? '');
    for (const policy of policies) {
      expect(policy).toContain("script-src 'self';");
      expect(policy).not.toContain('unsafe');
    }
    expect(policies[0]).not.toBe(policies[1]);
    expect(await one.text()).not.toMatch(/<script(?![^>]*\bsrc=)|__CSP_NONCE__/);
  });

  it('lets people change their own password, and signs them out', async () => {
    const reader = await arrive('/account');
    const { username, password } = known('thanhtra');
    await reader.signIn({ username, password });
    await reader.page.getByLabel('Mật khẩu hiện tại').fill(password);
    await reader.page.getByLabel('Mật khẩu mới', { exact: true }).fill('mười bốn con bò vàng');
    await reader.page.getByLabel('Nhập lại mật khẩu mới').fill('mười bốn con bò đen');
    await reader.page.getByRole('button', { name: 'Đổi mật khẩu' }).click();
    await reader.sees('Hai lần nhập không giống nhau');
    await reader.page.getByLabel('Nhập lại mật khẩu mới').fill('mười bốn con bò vàng');
    await reader.page.getByRole('button', { name: 'Đổi mật khẩu' }).click();
    await reader.sees('Đã đổi mật khẩu.');
    await reader.page.getByLabel('Mật khẩu hiện tại').fill('m');
    await reader.page.getByText('Đã đổi mật khẩu.').waitFor({ state: 'detached' });
    await reader.page.getByRole('button', { name: 'Đăng xuất' }).click();
    await reader.sees('Quên mật khẩu?');
    expect(new URL(reader.page.url()).search).toBe('');
    await reader.go('/account');
    await reader.signIn({ username, password: 'mười bốn con bò vàng' });
    await reader.sees('Tài khoản của tôi', 'Cán bộ kiểm tra');
  });

  it('speaks English to those who choose it, and remembers', async () => {
    const reader = await arrive('/account', LAPTOP, leader);
    await reader.page.getByRole('button', { name: 'English' }).click();
    await reader.sees('Change password');
    await reader.go(progress);
    await reader.sees('95.6%', 'By field');
    expect(await reader.page.getAttribute('html', 'lang')).toBe('en');
  });

  /** A coordinator who writes without a browser; the headers of his requests, and how he posts. */
  const writing = async () => {
    const post = async (path: string, body: object, headers: Record<string, string> = {}): Promise<unknown> => {
      const form = body instanceof FormData;
      const answer = await fetch(`${product.address}/api/v1${path}`, {
        method: 'POST',
        headers: { ...headers, ...(form ? {} : { 'content-type': 'application/json' }) },
        body: form ? body : JSON.stringify(body),
      });
      expect(answer.status).toBe(201);
      return answer.json();
    };
    const { username, password } = known('dieuphoi');
    const { token } = (await post('/sessions', { username, password })) as { token: string };
    const signed = { authorization: `Bearer ${token}` };
    return { signed, post: (path: string, body: object) => post(path, body, signed) };
  };

  it('names each plan with its agency, opens none that is a draft by itself, and lets choices stay inside a phone', async () => {
    const { post, signed } = await writing();
    const asked = await fetch(`${product.address}/api/v1${progress.replace('/progress', '')}`, { headers: signed });
    const { unit } = (await asked.json()) as { unit: { id: string } };
    const title =
      'Kế hoạch cải cách hành chính và chuyển đổi số giai đoạn 2026–2030 của các cơ quan hành chính nhà nước';
    const { id } = (await post('/plans', { unit: unit.id, year: 2027, title, kind: 'cchc' })) as { id: string };
    await post('/plans', { unit: unit.id, year: 2026, title: 'Dự thảo', kind: 'du-thao' });
    const reader = await arrive(`/plans/${id}/progress`, PHONE, leader);
    await reader.sees(`${title}, Ủy ban nhân dân tỉnh`);
    const choice = reader.page.locator('.ant-select').first();
    const [box, all] = [await choice.boundingBox(), await reader.page.locator('main').boundingBox()];
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThan((all?.x ?? 0) + (all?.width ?? 0));
    expect(await reader.overhang()).toBe(0);
    await reader.sees('Kế hoạch này còn là dự thảo, chưa được ban hành');
    const inside = async (popup: string): Promise<void> => {
      const shown = reader.page.locator(popup).filter({ visible: true });
      await shown.waitFor();
      const { x = -1, y = -1, width = 0, height = 0 } = (await shown.boundingBox()) ?? {};
      expect([x, y].every((edge) => edge >= 0)).toBe(true);
      expect([x + width <= PHONE.width, y + height <= PHONE.height]).toEqual([true, true]);
    };
    await choice.click();
    await inside('.ant-select-dropdown');
    await reader.page.keyboard.press('Escape');
    await reader.page.getByRole('button', { name: 'Đổi ngày' }).click();
    await reader.page.getByRole('textbox', { name: 'Tình hình đến hết ngày' }).click();
    await inside('.ant-picker-dropdown');
    await reader.go('/');
    await reader.page.waitForURL('**/progress');
    expect(new URL(reader.page.url()).pathname).toBe(progress);
  });

  it('shows a file that was handed in as evidence without a name', async () => {
    const { post, signed } = await writing();
    const plan = progress.split('/')[2] ?? '';
    const asked = await fetch(`${product.address}/api/v1/plans/${plan}/obligations?state=open&limit=1`, {
      headers: signed,
    });
    const [owed] = ((await asked.json()) as { items: { id: string; task: { id: string } }[] }).items;
    const form = new FormData();
    form.set('file', new File(['Đã xong một phần.'], 'bao cao.txt'));
    const { sha256 } = (await post('/files', form)) as { sha256: string };
    await post(`/obligations/${owed?.id}/reports`, {
      period: 1,
      percent: 40,
      on: '2026-12-17',
      complete: false,
      evidence: [{ file: sha256, kind: 'Báo cáo' }],
    });
    const reader = await reading(`?task=${owed?.task.id}&rows=open`);
    await reader.sees('Quá trình thực hiện');
    expect(await reader.page.locator(`a[href="/api/v1/files/${sha256}"]`).innerText()).toBe('tệp đính kèm');
  });
});

describe('the first page of an empty installation, in a browser', () => {
  let product: Product;

  beforeAll(async () => {
    product = await Product.start('real');
  }, 120_000);
  afterAll(() => product?.stop());

  it('asks for the agency and its administrator, then takes the units from a file once it has no fault', async () => {
    const reader = await Reader.at(browser, product.address);
    const other = await Reader.at(browser, product.address);
    for (const { page } of [reader, other]) {
      await page.goto(product.address);
      await page.getByText('Thiết lập lần đầu').waitFor();
      await page.getByLabel('Tên cơ quan').fill('Ủy ban nhân dân tỉnh');
      await page.getByLabel('Mã đơn vị').fill('H99');
      await page.getByLabel('Tên đăng nhập').fill('quantri');
      await page.getByLabel('Mật khẩu', { exact: true }).fill('bốn con trâu đen');
      await page.getByLabel('Nhập lại mật khẩu').fill('bốn con trâu đen');
    }
    expect(await reader.barriers()).toEqual([]);
    await reader.page.getByRole('button', { name: 'Tiếp tục' }).click();
    await reader.sees('Nhập danh sách đơn vị từ tệp');
    // Who comes second is brought to where he signs in.
    await other.page.getByRole('button', { name: 'Tiếp tục' }).click();
    await other.sees('Quên mật khẩu?');
    expect(other.complaints).toEqual([expect.stringMatching(/status of 409/)]);
    await other.leave();
    // Neither a reload nor going on without units loses the second step.
    await reader.page.reload();
    await reader.page.getByRole('button', { name: 'Để sau' }).click();
    await reader.sees('Chưa có kế hoạch nào');
    expect(await reader.barriers()).toEqual([]);
    await reader.page.getByRole('link', { name: 'Nhập danh sách đơn vị từ tệp' }).click();

    const file = reader.page.locator('input[type=file]');
    const lines = (...rows: string[]): { name: string; mimeType: string; buffer: Buffer } => ({
      name: 'don-vi.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(['Mã,Tên đơn vị,Loại,Đơn vị cấp trên', ...rows].join('\n')),
    });
    await file.setInputFiles(lines('H99.01,Sở Nội vụ,Sở,', 'H99.01,Sở Tư pháp,Sở,', 'H99.03,Sở Y tế,Tàu,'));
    await reader.sees('có 2 lỗi', 'Mã đơn vị bị lặp ở dòng 2', 'Không có loại đơn vị này');
    await file.setInputFiles(
      lines(...Array.from({ length: 60 }, (_, index) => `H99.${index + 10},Sở số ${index},Tàu,`)),
    );
    await reader.sees('có 60 lỗi', 'và 10 lỗi khác');
    await file.setInputFiles(lines('H99.01,Sở Nội vụ,Sở,', 'H99.02,Sở Tư pháp,Sở,'));
    await reader.sees('Đọc được 2 đơn vị, không có lỗi.');
    expect(await reader.barriers()).toEqual([]);
    await reader.page.getByRole('button', { name: 'Lưu các đơn vị này' }).click();
    await reader.sees('Chưa có kế hoạch nào');
    expect(reader.complaints).toEqual([]);
    await reader.leave();
  });

  it('is shown to nobody afterwards', async () => {
    const reader = await Reader.at(browser, product.address);
    await reader.go('/first-run');
    await reader.sees('Quên mật khẩu?');
    expect(reader.page.url()).toContain('/sign-in');
    expect(reader.complaints).toEqual([]);
    await reader.leave();
  });
});
