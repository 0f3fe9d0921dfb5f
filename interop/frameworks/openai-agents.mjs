// OpenAI Agents: npm install @openai/agents zod
import {Agent, MCPServerSSE, MCPServerStdio, MCPServerStreamableHttp, run} from '@openai/agents';

// servers are kie-mcp as this framework is told of it, by transport.
export const servers = {
  'stdio': (command, args, env) => new MCPServerStdio({name: 'kie', command, args, env}),
  'streamable HTTP': url => new MCPServerStreamableHttp({name: 'kie', url: `${url}/mcp`}),
  'SSE': url => new MCPServerSSE({name: 'kie', url: `${url}/sse`}),
};

export async function ask(server, question) {
  await server.connect();
  try {
    const agent = new Agent({name: 'assistant', model: 'gpt-5', mcpServers: [server]});
    return (await run(agent, question)).finalOutput;
  } finally {
    await server.close();
  }
}
