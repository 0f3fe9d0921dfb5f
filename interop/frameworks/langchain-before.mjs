// LangChain with the adapters before the newest.
import {MultiServerMCPClient} from 'mcp-adapters-before';
import {createAgent} from 'langchain';

// servers are kie-mcp as this framework is told of it, by transport.
export const servers = {
  'stdio': (command, args) => ({transport: 'stdio', command, args}),
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
