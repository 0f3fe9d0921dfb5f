// Starts the program under test, whose path is in the variable KIE_MCP.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';

export const program = process.env.KIE_MCP;

// serve starts the program over HTTP, with the sandbox unless env has a kie.ai
// of its own, and ends it after the test t. It returns its URL without path.
export async function serve(t, {args = [], env} = {}) {
  const server = spawn(program, [...(env ? [] : ['-demo']), '-http', '127.0.0.1:0', ...args], {
    env: {...process.env, ...env},
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.after(async () => {
    server.kill();
    if ((server.exitCode ?? server.signalCode) === null) await once(server, 'exit');
  });
  const lines = createInterface({input: server.stderr});
  const ended = once(server, 'exit').then(([code]) => Promise.reject(new Error(`kie-mcp has ended with ${code}`)));
  const [line] = await Promise.race([once(lines, 'line'), ended]);
  lines.resume();
  return JSON.parse(line).mcp.replace(/\/mcp$/, '');
}
