// Google Gen AI: npm install @google/genai @modelcontextprotocol/sdk
import {GoogleGenAI, mcpToTool} from '@google/genai';
import {Client} from '@modelcontextprotocol/sdk/client/index.js';
import {SSEClientTransport} from '@modelcontextprotocol/sdk/client/sse.js';
import {StdioClientTransport} from '@modelcontextprotocol/sdk/client/stdio.js';
import {StreamableHTTPClientTransport} from '@modelcontextprotocol/sdk/client/streamableHttp.js';

// servers are kie-mcp as this framework is told of it, by transport.
export const servers = {
  'stdio': (command, args, env) => new StdioClientTransport({command, args, env}),
  'streamable HTTP': url => new StreamableHTTPClientTransport(new URL(`${url}/mcp`)),
  'SSE': url => new SSEClientTransport(new URL(`${url}/sse`)),
};

export async function ask(server, question) {
  const client = new Client({name: 'assistant', version: '1'});
  await client.connect(server);
  try {
    const {text} = await new GoogleGenAI({}).models.generateContent({model: 'gemini-3-pro', contents: question, config: {tools: [mcpToTool(client)]}});
    return text;
  } finally {
    await client.close();
  }
}
