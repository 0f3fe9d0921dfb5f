// LangChain: npm install langchain @langchain/openai @langchain/mcp-adapters
import {MultiServerMCPClient} from '@langchain/mcp-adapters';
import {createAgent} from 'langchain';

// servers are kie-mcp as this framework is told of it, by transport.
export const servers = {
  'stdio': (command, args, env) => ({transport: 'stdio', command, args, env}),
  'streamable HTTP': url => ({transport: 'http', url: `${url}/mcp`}),
  'SSE': url => ({transport: 'sse', url: `${url}/sse`}),
};

export async function ask(server, question) {
  const client = new MultiServerMCPClient({mcpServers: {kie: server}});
  try {
    const agent = createAgent({model: 'openai:gpt-5', tools: await client.getTools()});
    const {messages} = await agent.invoke({messages: [{role: 'user', content: question}]});
    return messages.at(-1).text;
  } finally {
    await client.close();
  }
}
