// Gives kie-mcp's tools to an agent of each framework, over each transport. Each
// has to read what every call answers, errors too, and to come to its end.
import assert from 'node:assert/strict';
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
  'streamable HTTP': [url],
  'SSE': [url],
};

for (const framework of ['ai-sdk', 'google-genai', 'langchain', 'langchain-before', 'openai-agents']) {
  const {servers, ask} = await import(`./${framework}.mjs`);
  for (const [transport, place] of Object.entries(where)) {
    test(`${framework}, ${transport}`, async t => {
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
