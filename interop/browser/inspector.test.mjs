// Uses kie-mcp on the web page of the MCP Inspector, over each transport.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {delimiter, dirname, join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {test} from 'node:test';
import assert from 'node:assert/strict';
import {program, serve} from '../program.mjs';
import {toolNames} from '../tools.mjs';
import {openPage, startChromium} from './chromium.mjs';

const launcher = fileURLToPath(import.meta.resolve('@modelcontextprotocol/inspector/clients/launcher/build/index.js'));

// Screenshots of each step go to the folder in SCREENSHOTS.
const screenshots = process.env.SCREENSHOTS ?? await mkdtemp(join(tmpdir(), 'kie-mcp-screenshots-'));

test('the page of the MCP Inspector', {timeout: 240_000}, async t => {
  await mkdir(screenshots, {recursive: true});
  t.diagnostic(`screenshots are in ${screenshots}`);
  const kie = await serve(t);
  const servers = {
    stdio: {command: program, args: ['-demo']},
    http: {type: 'streamable-http', url: `${kie}/mcp`},
    stateless: {type: 'streamable-http', url: `${kie}/mcp`, protocolEra: 'modern'},
    sse: {type: 'sse', url: `${kie}/sse`, protocolEra: 'auto'},
  };
  const catalog = join(await temporaryFolder(t), 'mcp.json');
  await writeFile(catalog, JSON.stringify({mcpServers: servers}));
  const url = await startInspector(t, process.execPath, [launcher, '--web', '--catalog', catalog]);
  const browser = await startChromium(t);
  for (const name of Object.keys(servers)) {
    await t.test(name, async t => {
      const {page, errors} = await openPage(t, browser);
      const inspector = new Inspector(page, name === 'stdio' ? 'inspector' : `inspector-${name}`);
      try {
        await page.goto(url);
        await inspector.connect(name, name === 'stateless' ? '2026-07-28' : '2025-11-25');
        await useTools(inspector);
        await readResource(inspector);
        await inspector.disconnect(name);
      } catch (error) {
        await inspector.shoot('failure').catch(() => {}); // a page that is closed has no picture
        throw error;
      }
      assert.deepEqual(errors, []);
    });
  }
});

test('the command of the README', {timeout: 60_000}, async t => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const [, command] = readme.match(/^\$ (npx @modelcontextprotocol\/inspector@2 .*)$/m);
  const url = await startInspector(t, 'sh', ['-c', command]);
  const {page, errors} = await openPage(t, await startChromium(t));
  await page.goto(url);
  const inspector = new Inspector(page, 'inspector-command');
  await inspector.connect('kie-mcp', '2025-11-25');
  await inspector.open('Tools');
  await inspector.call('query_task', {task_id: 'task_12345678'});
  await inspector.showsResult('"total_words": 26');
  assert.deepEqual(errors, []);
});

async function useTools(inspector) {
  await inspector.open('Tools');
  await inspector.shows('Tools (3)');
  for (const tool of toolNames) await inspector.shows(tool);
  await inspector.shoot('tools');

  await inspector.call('query_task', {task_id: 'task_12345678'});
  await inspector.showsResult('"total_words": 26');
  await inspector.showsResult(`"text": "Ever tried Ki AI? They've got a bunch of solid AI APIs`);
  await inspector.shoot('query_task');

  await inspector.call('get_wav_conversion', {task_id: 'demo-wav'});
  await inspector.showsResult('"wav_url": "https://example.com/s/04e6****e727.wav"');
  await inspector.shoot('get_wav_conversion');

  await inspector.call('get_transcript', {task_id: 'task_12345678', format: 'srt'});
  await inspector.shows('Transcript of task task_12345678 as srt, from 0:00:00 to 0:00:09 of 0:00:09'); // as text
  await inspector.shows(String.raw`1\n00:00:00,140 --> 00:00:02,279\nEver tried Ki AI?\n\n2\n`); // structured
  await inspector.shoot('get_transcript');

  await inspector.call('query_task', {task_id: 'nope'});
  await inspector.showsError('Tool Error', '"kind":"not_found"');
  await inspector.shoot('not_found');

  const time = {from_seconds: '13', to_seconds: '20'};
  await inspector.call('get_transcript', {task_id: 'demo-hour', format: 'segments', ...time});
  await inspector.showsResult('"text": "Night 1 was clear."');
  await inspector.shoot('transcript');
}

async function readResource(inspector) {
  await inspector.open('Resources');
  await inspector.shows('Templates (2)');
  await inspector.read('transcript', {task_id: 'task_12345678', format: 'vtt'});
  await inspector.shows('kie://tasks/task_12345678/transcript.vtt');
  await inspector.shows('WEBVTT 00:00:00.140 --> 00:00:02.279 Ever tried Ki AI? 00:00:02.279');
  await inspector.shoot('resource');
}

// An Inspector is the page, used through its roles and labels.
class Inspector {
  constructor(page, screenshot) {
    this.page = page;
    this.screenshot = screenshot;
  }

  async connect(server, revision) {
    await this.page.getByRole('switch', {name: `"${server}"`}).press('Space');
    await this.shows(`MCP ${revision}`);
    await this.page.getByRole('button', {name: 'Close monitoring sidebar'}).click();
  }

  async disconnect(server) {
    await this.page.getByRole('button', {name: 'Disconnect from server'}).click();
    await this.page.getByRole('switch', {name: `"${server}"`, checked: false}).waitFor();
  }

  // open goes to a tab, and waits until nothing of the one before is left.
  async open(tab) {
    const before = await this.page.getByRole('main').getByRole('heading').first().elementHandle();
    await this.page.getByRole('banner').getByText(tab, {exact: true}).click();
    await before.waitForElementState('hidden');
  }

  // call runs a tool, other than the one before.
  async call(tool, args) {
    await this.page.getByRole('button', {name: tool}).click();
    await this.submit(args, 'Execute Tool');
  }

  async read(template, args) {
    await this.page.getByRole('button', {name: template, exact: true}).click();
    await this.submit(args, 'Read Resource');
  }

  // submit fills a form in, and waits until its answer stands in its place.
  async submit(args, button) {
    for (const [name, value] of Object.entries(args)) {
      const field = this.page.getByRole('textbox', {name});
      if (await field.getAttribute('aria-haspopup') === 'listbox') {
        await field.click();
        await this.page.getByRole('option', {name: value, exact: true}).click();
      } else {
        await field.fill(value);
      }
    }
    await this.page.getByRole('button', {name: button}).click();
    await this.page.getByRole('button', {name: button}).waitFor({state: 'hidden'});
  }

  async shows(text) {
    await this.page.getByRole('main').getByText(text).first().waitFor();
  }

  // showsResult waits for a line both in the text of a result and in its
  // structured content.
  async showsResult(line) {
    await this.page.getByRole('main').getByText(line).nth(1).waitFor();
  }

  async showsError(name, text) {
    await this.page.getByRole('alert', {name}).getByText(text).waitFor();
  }

  async shoot(step) {
    await this.page.screenshot({
      path: join(screenshots, `${this.screenshot}-${step}.png`),
      animations: 'disabled',
      // Few fonts have the sign of Copy, and scroll bars fade.
      style: '[aria-label=Copy], .mantine-ScrollArea-scrollbar {visibility: hidden}',
    });
  }
}

// startInspector starts the Inspector by a command, for which kie-mcp is one
// too, and returns the URL of its page.
async function startInspector(t, command, args) {
  const home = await temporaryFolder(t);
  const inspector = spawn(command, args, {
    cwd: fileURLToPath(new URL('..', import.meta.url)), // where npx finds it
    env: {
      ...process.env,
      PATH: [dirname(process.execPath), dirname(program), process.env.PATH].join(delimiter),
      HOME: home,
      MCP_STORAGE_DIR: home,
      MCP_INSPECTOR_SECRET_STORE: 'memory',
      MCP_AUTO_OPEN_ENABLED: 'false',
      MCP_SANDBOX_PORT: '0',
      MCP_APP_ORIGIN_PORT: '0',
      CLIENT_PORT: await freePort(), // takes no 0
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true, // a group of its own, with what it starts
  });
  t.after(async () => {
    process.kill(-inspector.pid);
    if ((inspector.exitCode ?? inspector.signalCode) === null) await once(inspector, 'exit');
  });
  const lines = createInterface({input: inspector.stdout});
  return new Promise((resolve, reject) => {
    lines.on('line', line => {
      const [url] = line.match(/http:\S+_TOKEN=\S+/) ?? [];
      if (url) resolve(url);
    });
    lines.on('close', () => reject(new Error('the Inspector has ended')));
  });
}

// temporaryFolder makes a folder, and removes it after the test t.
async function temporaryFolder(t) {
  const folder = await mkdtemp(join(tmpdir(), 'kie-mcp-inspector-'));
  t.after(() => rm(folder, {recursive: true, force: true, maxRetries: 5}));
  return folder;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
