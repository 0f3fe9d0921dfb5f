// A stand-in for kie.ai that answers as a test says.
import {once} from 'node:events';
import {createServer} from 'node:http';

// startUpstream starts one and returns the environment with which kie-mcp
// asks it. For each request for a task, answer(taskID, response) returns what
// kie.ai has recorded of it, or nothing if it knows no such task.
export async function startUpstream(t, answer) {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const taskId = url.searchParams.get('taskId');
    const record = url.pathname === '/api/v1/jobs/recordInfo' && (await answer(taskId, response));
    const body = record
      ? {code: 200, msg: 'success', data: {taskId, model: 'a model', ...record}}
      : {code: 422, msg: 'recordInfo is null'};
    response.end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return {KIE_API_KEY: 'key', KIE_BASE_URL: `http://127.0.0.1:${server.address().port}`};
}

// finished is what kie.ai has recorded of a task that made a video.
export const finished = {state: 'success', resultJson: '{"resultUrls":["https://example.com/a.mp4"]}'};
