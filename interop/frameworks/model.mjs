// A stand-in for the models of OpenAI and Google, which calls tools as a test
// says and notes what it gets to read of their answers.
import {randomUUID} from 'node:crypto';
import {once} from 'node:events';
import {createServer} from 'node:http';

// startModel starts one, whose address it puts into the environment for the
// frameworks. For each run it calls the tools of calls one after the other, each
// a name and arguments, and then gives its answer. read has what it was given of
// each call, and tools what it was told of the tools.
export async function startModel({calls, answer}) {
  const model = {read: [], tools: undefined};
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const speak = dialects[Object.keys(dialects).find(path => request.url.split('?')[0].endsWith(path))];
    const {tools, read, call, say} = speak(JSON.parse(text));
    Object.assign(model, {tools, read});
    const next = calls[read.length];
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(next ? call(`call_${read.length}`, ...next) : say(answer)));
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}`;
  Object.assign(process.env, {OPENAI_API_KEY: 'key', OPENAI_BASE_URL: `${url}/v1`, GEMINI_API_KEY: 'key', GOOGLE_GEMINI_BASE_URL: url, OPENAI_AGENTS_DISABLE_TRACING: '1'});
  return model;
}

const usage = {prompt_tokens: 1, completion_tokens: 1, total_tokens: 2, input_tokens: 1, output_tokens: 1, input_tokens_details: {cached_tokens: 0}, output_tokens_details: {reasoning_tokens: 0}};

const textOf = content => (typeof content === 'string' ? content : content.map(part => part.text ?? JSON.stringify(part)).join('\n'));

// dialects are the languages of the models, by the end of their paths.
const dialects = {
  '/chat/completions': ({tools, messages}) => {
    const choose = (finish_reason, message) => ({
      id: randomUUID(), object: 'chat.completion', created: 1, model: 'gpt-5', usage,
      choices: [{index: 0, finish_reason, message: {role: 'assistant', content: null, ...message}}],
    });
    return {
      tools,
      read: messages.filter(({role}) => role === 'tool').map(({content}) => textOf(content)),
      call: (id, name, args) => choose('tool_calls', {tool_calls: [{id, type: 'function', function: {name, arguments: JSON.stringify(args)}}]}),
      say: content => choose('stop', {content}),
    };
  },
  '/responses': ({tools, input}) => {
    const respond = item => ({id: randomUUID(), object: 'response', created_at: 1, status: 'completed', model: 'gpt-5', usage, output: [item]});
    return {
      tools,
      read: input.filter(({type}) => type === 'function_call_output').map(({output}) => textOf(output)),
      call: (id, name, args) => respond({type: 'function_call', id: `fc_${id}`, call_id: id, name, arguments: JSON.stringify(args), status: 'completed'}),
      say: text => respond({type: 'message', id: 'm', role: 'assistant', status: 'completed', content: [{type: 'output_text', text, annotations: []}]}),
    };
  },
  ':generateContent': ({tools, contents}) => {
    const answer = part => ({candidates: [{index: 0, finishReason: 'STOP', content: {role: 'model', parts: [part]}}]});
    return {
      tools,
      read: contents.flatMap(({parts}) => parts).filter(part => part.functionResponse).map(part => JSON.stringify(part.functionResponse.response)),
      call: (_, name, args) => answer({functionCall: {name, args}}),
      say: text => answer({text}),
    };
  },
};
