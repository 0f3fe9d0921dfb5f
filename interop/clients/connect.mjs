// Connects a client to a kie-mcp that is started for it.
import {program, serve} from '../program.mjs';

// connect opens a session of a package's client over a transport, with a
// kie-mcp that has args and env (without env: the sandbox). What the client
// finds wrong outside of its calls goes to onerror.
export async function connect(t, {classes, newClient, callTool}, transportName, {onerror, ...options} = {}) {
  const client = newClient();
  client.onerror = onerror;
  t.after(() => client.close()); // before the end of the server, which is registered later
  const transport = await transports[transportName](t, classes, options);
  const session = new Session(client, transport, callTool);
  await client.connect(transport);
  return session;
}

const transports = {
  'stdio': async (t, {StdioClientTransport}, {args = [], env}) =>
    new StdioClientTransport({command: program, args: env ? args : ['-demo', ...args], env, stderr: 'ignore'}),
  'streamable HTTP': async (t, {StreamableHTTPClientTransport}, options) =>
    new StreamableHTTPClientTransport(new URL('/mcp', await serve(t, options))),
  'SSE': async (t, {SSEClientTransport}, options) =>
    new SSEClientTransport(new URL('/sse', await serve(t, options))),
};

// A Session is what the packages' clients have in common.
class Session {
  constructor(client, transport, callTool) {
    this.transport = transport;
    this.callTool = (name, args, options) => callTool(client, {name, arguments: args}, options);
    this.listTools = async () => (await client.listTools()).tools;
    this.listResourceTemplates = async () => (await client.listResourceTemplates()).resourceTemplates;
    this.listPrompts = async () => (await client.listPrompts()).prompts;
    this.getPrompt = async (name, args) => (await client.getPrompt({name, arguments: args})).messages;
    this.complete = async (ref, argument) => (await client.complete({ref, argument})).completion.values;
    this.readResource = async uri => (await client.readResource({uri})).contents;

    // Only one of the clients tells the version it has agreed on; both pass
    // it to their transport.
    const setProtocolVersion = transport.setProtocolVersion?.bind(transport);
    transport.setProtocolVersion = version => {
      this.version = version;
      setProtocolVersion?.(version);
    };
  }
}
