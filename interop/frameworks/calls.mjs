// Calls of every tool, each with a part of what its answer says.
export const calls = [
  ['query_task', {task_id: 'demo-image-to-video'}, '"kind":"media"'],
  ['query_task', {task_id: 'demo-failed'}, '"advice":"'],
  ['get_wav_conversion', {task_id: 'demo-wav'}, '"wav_url":"https:'],
  ['get_transcript', {task_id: 'task_12345678', format: 'text'}, '[0:00:00] speaker_0: '],
  ['get_transcript', {task_id: 'demo-hour', format: 'srt'}, '00:00:00,900 --> '],
  ['query_task', {task_id: 'no-such-task'}, '"kind":"not_found"'],
  ['query_task', {task_id: 'task_12345678', wait_seconds: 'soon'}, 'wait_seconds'],
];
