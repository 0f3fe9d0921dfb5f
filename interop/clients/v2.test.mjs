// The newer package, @modelcontextprotocol/client, which also speaks the
// revision without sessions.
import {Client, SSEClientTransport, StreamableHTTPClientTransport} from '@modelcontextprotocol/client';
import {StdioClientTransport} from '@modelcontextprotocol/client/stdio';
import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {checkClient} from './checks.mjs';
import {connect} from './connect.mjs';

const modern = '2026-07-28';
const legacy = '2025-11-25';

const library = mode => ({
  classes: {SSEClientTransport, StdioClientTransport, StreamableHTTPClientTransport},
  newClient: () => new Client({name: 'v2', version: '1'}, {versionNegotiation: {mode}}),
  callTool: (client, params, options) => client.callTool(params, options),
});

describe('v2', {concurrency: 16}, () => {
  for (const transport of ['stdio', 'streamable HTTP']) {
    checkClient('v2 auto', library('auto'), transport, modern);
    checkClient('v2 pinned', library({pin: modern}), transport, modern);
    checkClient('v2 legacy', library('legacy'), transport, legacy);
  }
  checkClient('v2 auto', library('auto'), 'SSE', legacy);
  checkClient('v2 legacy', library('legacy'), 'SSE', legacy);

  test(`v2 pinned, SSE: has no ${modern}`, async t => {
    await assert.rejects(connect(t, library({pin: modern}), 'SSE'), {code: -32022, message: new RegExp(modern)});
  });
});
