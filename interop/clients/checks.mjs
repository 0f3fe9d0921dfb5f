// What a client has to be able to do with kie-mcp, whichever it is and over
// whichever transport.
import assert from 'node:assert/strict';
import {EventEmitter, once} from 'node:events';
import {test} from 'node:test';
import {connect} from './connect.mjs';
import {finished, startUpstream} from './upstream.mjs';
import {toolNames} from '../tools.mjs';

// checkClient registers the tests of a package's client over a transport, on
// which the two have to agree on a version of the protocol.
export function checkClient(name, library, transport, version) {
  for (const [what, check] of Object.entries(checks)) {
    test(`${name}, ${transport}: ${what}`, async t => {
      const errors = [];
      const onerror = error => errors.push(error);
      const open = async options => {
        const session = await connect(t, library, transport, {...options, onerror});
        assert.equal(session.version, version);
        return session;
      };
      await check(t, open);
      assert.deepEqual(errors.filter(error => !isAnswerToCanceled(transport, error)), []);
    });
  }
}

// isAnswerToCanceled reports whether a client was given the answer to a call
// that it had canceled. Over streamable HTTP its request has to end with one.
function isAnswerToCanceled(transport, {message}) {
  return transport === 'streamable HTTP' && /unknown message ID.*the call was canceled/.test(message);
}

// Calls of every tool, with a part of what they answer.
const calls = [
  ['query_task', {task_id: 'task_12345678'}, answer => answer.result.transcript.total_words, 26],
  ['query_task', {task_id: 'demo-image-to-video'}, answer => answer.result.kind, 'media'],
  ['query_task', {task_id: 'demo-failed'}, answer => answer.outcome, 'failed'],
  ['query_task', {task_id: 'demo-music'}, answer => answer.result.media[1].duration_seconds, 36.88],
  ['query_task', {task_id: 'demo-veo', api: 'veo', fresh_links: true}, answer => answer.warning.slice(0, 19), 'Fresh links: 2 of 2'],
  ['get_wav_conversion', {task_id: 'demo-wav'}, answer => answer.outcome, 'success'],
  ['get_transcript', {task_id: 'task_12345678'}, answer => answer.page.words, 26],
  ['get_transcript', {task_id: 'demo-hour', format: 'words'}, answer => answer.words[0].text, 'What'],
];

const checks = {
  'lists three tools that only read': async (t, open) => {
    const session = await open();
    const tools = await session.listTools();
    assert.deepEqual(tools.map(tool => tool.name).sort(), toolNames);
    for (const tool of tools) {
      assert.deepEqual(tool.inputSchema.required, ['task_id']);
      assert.ok(tool.outputSchema.required.includes('task_id'));
      assert.equal(tool.annotations.readOnlyHint, true);
    }
  },

  'takes the answers of all tools': async (t, open) => {
    const session = await open();
    await session.listTools(); // from here on the client validates answers
    for (const [tool, args, part, want] of calls) {
      const answer = await session.callTool(tool, args);
      assert.ok(!answer.isError);
      assert.equal(part(answer.structuredContent), want);
      assert.equal(answer.content.length, 1);
      const [{text}] = answer.content;
      if (answer.structuredContent.content) {
        assert.ok(text.includes(answer.structuredContent.content.trim()) && text.endsWith(answer.structuredContent.next));
      } else {
        assert.deepEqual(JSON.parse(text), answer.structuredContent);
      }
    }
  },

  'refuses answers that break the output schema': async (t, open) => {
    const session = await open();
    await session.listTools();
    // Shows that the check before this one has a client that validates.
    const {transport} = session;
    const deliver = transport.onmessage;
    transport.onmessage = (message, extra) => {
      if (message.result?.structuredContent) message.result.structuredContent.unheard_of = true;
      deliver(message, extra);
    };
    for (const [tool, args] of calls) {
      await assert.rejects(session.callTool(tool, args), /does not match the tool's output schema/);
    }
  },

  'tells errors of tools from errors of the protocol': async (t, open) => {
    const session = await open();
    await session.listTools();
    const answer = await session.callTool('query_task', {task_id: 'nope'});
    assert.equal(answer.isError, true);
    assert.equal(answer.structuredContent, undefined);
    const {error} = JSON.parse(answer.content[0].text);
    assert.equal(error.kind, 'not_found');
    assert.match(error.next, /Check the ID/);
    await assert.rejects(session.callTool('no_such_tool', {}), {code: -32602, message: /no_such_tool/});
  },

  'hears of progress while it waits': async (t, open) => {
    const states = {one: ['waiting', 'generating'], another: ['queuing', 'generating']};
    const left = structuredClone(states);
    const env = await startUpstream(t, taskID => {
      const state = left[taskID].shift();
      return state ? {state} : finished;
    });
    const session = await open({env});
    const wait = async ([taskID, wanted]) => {
      const told = [];
      const onprogress = progress => told.push(progress);
      const answer = await session.callTool('query_task', {task_id: taskID, wait_seconds: 20}, {onprogress});
      assert.equal(answer.structuredContent.outcome, 'success');
      // On a slow machine a state may be told twice.
      assert.deepEqual([...new Set(told.map(({message}) => message))], wanted);
      for (const [i, {progress, total}] of told.entries()) {
        assert.ok(i === 0 || progress > told[i - 1].progress, `${progress} after ${told[i - 1]?.progress}`);
        assert.equal(total, 20);
      }
    };
    await Promise.all(Object.entries(states).map(wait));
  },

  'cancels a call': async (t, open) => {
    const upstream = new EventEmitter();
    const env = await startUpstream(t, (taskID, response) => {
      if (taskID === 'finished') return finished;
      response.once('close', () => upstream.emit(`${taskID} is given up`));
      upstream.emit(`${taskID} is asked for`);
      return new Promise(() => {}); // no answer ever
    });
    const session = await open({env});
    for (const [taskID, wait_seconds] of [['plain', 0], ['waiting', 20]]) {
      const asked = soon(upstream, `${taskID} is asked for`);
      const abort = new AbortController();
      const call = session.callTool('query_task', {task_id: taskID, wait_seconds}, {signal: abort.signal});
      await asked;
      const givenUp = soon(upstream, `${taskID} is given up`);
      abort.abort('no longer needed');
      await assert.rejects(call, /no longer needed/);
      await givenUp;
    }
    const answer = await session.callTool('query_task', {task_id: 'finished'});
    assert.equal(answer.structuredContent.outcome, 'success');
  },

  'makes 100 calls at once': async (t, open) => {
    const taskIDs = Array.from({length: 50}, (_, i) => `task-${i}`);
    const isKnown = taskID => taskIDs.indexOf(taskID) % 2 === 0;
    const asked = new Set();
    const held = [];
    const env = await startUpstream(t, async taskID => {
      // Nothing is answered before everything is asked for; then the last first.
      asked.add(taskID);
      const released = new Promise(release => held.unshift(release));
      if (asked.size === taskIDs.length) held.splice(0).forEach(release => release());
      await released;
      return isKnown(taskID) && {...finished, model: `model of ${taskID}`};
    });
    const session = await open({env, args: ['-max-rps', '0']});
    await Promise.all([...taskIDs, ...taskIDs].map(async taskID => {
      const answer = await session.callTool('query_task', {task_id: taskID});
      if (isKnown(taskID)) {
        assert.equal(answer.structuredContent.task_id, taskID);
        assert.equal(answer.structuredContent.model, `model of ${taskID}`);
      } else {
        assert.equal(answer.isError, true);
        assert.match(answer.content[0].text, new RegExp(`knows no task ${taskID} `));
      }
    }));
  },

  'reads resources': async (t, open) => {
    const session = await open();
    const templates = await session.listResourceTemplates();
    assert.deepEqual(templates.map(template => template.uriTemplate).sort(), [
      'kie://tasks/{task_id}',
      'kie://tasks/{task_id}/transcript.{format}',
    ]);
    const uri = 'kie://tasks/task_12345678/transcript.vtt';
    const [content] = await session.readResource(uri);
    assert.equal(content.uri, uri);
    assert.match(content.text, /^WEBVTT\n/);
    await assert.rejects(session.readResource('kie://tasks/nope/transcript.vtt'), {message: /not_found/});
  },

  'gets prompts': async (t, open) => {
    const session = await open();
    const prompts = await session.listPrompts();
    assert.deepEqual(prompts.map(prompt => prompt.name).sort(), ['minutes', 'quotes', 'subtitles']);
    for (const {title, description} of prompts) assert.ok(title && description);
    const [{role, content}] = await session.getPrompt('subtitles', {task_id: 'task_12345678', format: 'vtt'});
    assert.equal(role, 'user');
    // What the prompt has the model call first is there to be called.
    const [, tool, args] = content.text.match(/Call (\w+) (\{.*?\})/);
    const answer = await session.callTool(tool, JSON.parse(args));
    assert.match(answer.content[0].text, /WEBVTT/);
    await assert.rejects(session.getPrompt('quotes', {task_id: 'task_12345678'}), {message: /topic is missing/});
  },

  'completes IDs': async (t, open) => {
    const session = await open();
    const prompt = value => session.complete({type: 'ref/prompt', name: 'minutes'}, {name: 'task_id', value});
    assert.deepEqual(await prompt(''), ['task_12345678', 'demo-hour']); // which the sandbox has
    await session.callTool('query_task', {task_id: 'demo-hour'});
    await session.callTool('query_task', {task_id: 'demo-failed'});
    assert.deepEqual(await prompt(''), ['demo-hour', 'task_12345678']);
    const resource = {type: 'ref/resource', uri: 'kie://tasks/{task_id}'};
    assert.deepEqual(await session.complete(resource, {name: 'task_id', value: 'demo-'}), [
      'demo-failed', 'demo-hour', 'demo-image-to-video', 'demo-slow', 'demo-wav', 'demo-music', 'demo-lyrics', 'demo-stems', 'demo-music-video',
      'demo-cover', 'demo-midi', 'demo-veo', 'demo-runway', 'demo-aleph', 'demo-4o-image', 'demo-flux-kontext', 'demo-midjourney',
    ]);
  },
};

// soon waits for an event, for five seconds at most.
async function soon(emitter, event) {
  try {
    await once(emitter, event, {signal: AbortSignal.timeout(5000)});
  } catch {
    assert.fail(`not within five seconds: ${event}`);
  }
}
