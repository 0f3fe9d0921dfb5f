// AI SDK: npm install ai @ai-sdk/openai @ai-sdk/mcp
import {createMCPClient} from '@ai-sdk/mcp';
import {StdioMCPTransport} from '@ai-sdk/mcp/mcp-stdio';
import {openai} from '@ai-sdk/openai';
import {generateText, isStepCount} from 'ai';

// servers are kie-mcp as this framework is told of it, by transport.
export const servers = {
  'stdio': (command, args, env) => new StdioMCPTransport({command, args, env}),
  'streamable HTTP': url => ({type: 'http', url: `${url}/mcp`}),
  'SSE': url => ({type: 'sse', url: `${url}/sse`}),
};

export async function ask(server, question) {
  const client = await createMCPClient({transport: server});
  try {
    const {text} = await generateText({model: openai('gpt-5'), tools: await client.tools(), stopWhen: isStepCount(20), prompt: question});
    return text;
  } finally {
    await client.close();
  }
}
