// Gives kie-mcp's tools to an agent of each framework, over each transport. Each
// has to read what every call answers, errors too, and to come to its end.
import assert from 'node:assert/strict';
import {registerHooks} from 'node:module';
import {after, test} from 'node:test';
import {program, serve} from '../program.mjs';
import {toolNames} from '../tools.mjs';
import {calls} from './calls.mjs';
import {startModel} from './model.mjs';

// Before the frameworks are imported, which read the environment then.
const model = await startModel({calls, answer: 'That is all.'});
const url = await serve({after});

const where = {
  'stdio': [program, ['-demo']],
  'stdio, text alone': [program, ['-demo', '-structured=false']],
  'stdio, a variable': [program, [], {KIE_MCP_DEMO: 'true'}],
  'streamable HTTP': [url],
  'SSE': [url],
};

// LangChain is tested with the adapters before the newest too.
registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier === '@langchain/mcp-adapters' && context.parentURL.endsWith('?before') ? 'mcp-adapters-before' : specifier, context),
});

for (const file of ['ai-sdk.mjs', 'google-genai.mjs', 'langchain.mjs', 'langchain.mjs?before', 'openai-agents.mjs']) {
  const {servers, ask} = await import(`./${file}`);
  for (const [transport, place] of Object.entries(where)) {
    test(`${file}, ${transport}`, async t => {
      const server = servers[transport.split(',')[0]](...place);
      assert.equal(await ask(server, 'What has become of my tasks?'), 'That is all.');
      const told = JSON.stringify(model.tools).match(/"name":"\w+"/g);
      assert.deepEqual(told.sort(), toolNames.map(name => `"name":"${name}"`));
      assert.equal(model.read.length, calls.length);
      for (const [i, [tool, args, want]] of calls.entries()) {
        const read = model.read[i];
        t.diagnostic(`${tool} ${JSON.stringify(args)}: ${read.length} characters, ${read.slice(0, 60)}`);
        assert.ok(read.replaceAll('\\', '').includes(want), `${want} is not in ${read}`);
      }
    });
  }
}
