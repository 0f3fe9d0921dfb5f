// Opens pages in Chromium, whose path is in the variable CHROMIUM.
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {chromium} from 'playwright-core';

const patience = 15_000; // milliseconds that a page has for each step

// startChromium starts the browser, with a home of its own, and ends it after
// the test t.
export async function startChromium(t) {
  const home = await mkdtemp(join(tmpdir(), 'kie-mcp-chromium-'));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
    ],
    env: {...process.env, HOME: home},
  });
  t.after(async () => {
    await browser.close();
    await rm(home, {recursive: true});
  });
  return browser;
}

// openPage opens an empty page, which reaches this machine only, and closes it
// after the test t. What the page throws and does not catch goes to errors.
export async function openPage(t, browser) {
  const context = await browser.newContext({viewport: {width: 1280, height: 800}});
  t.after(() => context.close());
  context.setDefaultTimeout(patience);
  await context.route(url => url.hostname !== '127.0.0.1', route => route.abort());
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', error => errors.push(error));
  return {page, errors};
}
