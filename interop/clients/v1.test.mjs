// The older package, @modelcontextprotocol/sdk, which speaks the revisions of
// the protocol with sessions, up to 2025-11-25.
import {Client} from '@modelcontextprotocol/sdk/client/index.js';
import {SSEClientTransport} from '@modelcontextprotocol/sdk/client/sse.js';
import {StdioClientTransport} from '@modelcontextprotocol/sdk/client/stdio.js';
import {StreamableHTTPClientTransport} from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {describe} from 'node:test';
import {checkClient} from './checks.mjs';

const library = {
  classes: {SSEClientTransport, StdioClientTransport, StreamableHTTPClientTransport},
  newClient: () => new Client({name: 'v1', version: '1'}),
  // The parameter between is for a schema of one's own.
  callTool: (client, params, options) => client.callTool(params, undefined, options),
};

describe('v1', {concurrency: 16}, () => {
  for (const transport of ['stdio', 'streamable HTTP', 'SSE']) {
    checkClient('v1', library, transport, '2025-11-25');
  }
});
