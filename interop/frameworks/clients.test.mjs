// Calls the tools with a client that knows the first revisions of the protocol
// alone, and through mcp-remote, by which hosts on stdio reach a server.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {Client} from '@modelcontextprotocol/sdk/client/index.js';
import {StdioClientTransport} from '@modelcontextprotocol/sdk/client/stdio.js';
import {Client as OldClient} from 'sdk-1.11/client/index.js';
import {SSEClientTransport as OldSSE} from 'sdk-1.11/client/sse.js';
import {StdioClientTransport as OldStdio} from 'sdk-1.11/client/stdio.js';
import {StreamableHTTPClientTransport as OldHTTP} from 'sdk-1.11/client/streamableHttp.js';
import {program, serve} from '../program.mjs';
import {calls} from './calls.mjs';

const url = await serve({after});
const home = mkdtempSync(join(tmpdir(), 'mcp-remote-'));
after(() => rmSync(home, {recursive: true}));

const remote = (path, transport) =>
  new StdioClientTransport({
    command: process.execPath,
    args: [fileURLToPath(new URL('node_modules/mcp-remote/dist/proxy.js', import.meta.url)), url + path, '--transport', transport],
    env: {...process.env, MCP_REMOTE_CONFIG_DIR: home},
    stderr: 'ignore',
  });

for (const [name, Kind, transport] of [
  ['sdk 1.11, stdio', OldClient, () => new OldStdio({command: program, args: ['-demo'], stderr: 'ignore'})],
  ['sdk 1.11, streamable HTTP', OldClient, () => new OldHTTP(new URL('/mcp', url))],
  ['sdk 1.11, SSE', OldClient, () => new OldSSE(new URL('/sse', url))],
  ['mcp-remote, streamable HTTP', Client, () => remote('/mcp', 'http-only')],
  ['mcp-remote, SSE', Client, () => remote('/sse', 'sse-only')],
]) {
  test(name, async t => {
    const client = new Kind({name: 'client', version: '1'});
    t.after(() => client.close());
    await client.connect(transport());
    await client.listTools(); // a newer client validates answers from then on
    for (const [tool, args, want] of calls) {
      const {content} = await client.callTool({name: tool, arguments: args});
      assert.ok(content[0].text.includes(want), `${want} is not in ${content[0].text}`);
    }
  });
}
