// Loads WebVTT of kie-mcp in Chromium, and compares the cues there with the SRT
// and with the words of the same task.
import {execFile} from 'node:child_process';
import {once} from 'node:events';
import {createServer} from 'node:http';
import {test} from 'node:test';
import {promisify} from 'node:util';
import assert from 'node:assert/strict';
import {program} from '../program.mjs';
import {openPage, startChromium} from './chromium.mjs';
import {samples} from './samples.mjs';

const longestCue = 7000; // milliseconds

test('WebVTT in Chromium', {timeout: 120_000}, async t => {
  const documents = new Map([['/', '<video></video>']]);
  const url = await serveDocuments(t, documents);
  const kie = {env: {...process.env, KIE_API_KEY: 'key', KIE_BASE_URL: url}};
  const {page} = await openPage(t, await startChromium(t));
  await page.goto(url);

  async function check(id, read) {
    const task = JSON.parse(await read(`kie://tasks/${id}`));
    const srt = await read(`kie://tasks/${id}/transcript.srt`);
    documents.set(`/${id}.vtt`, await read(`kie://tasks/${id}/transcript.vtt`));
    const cues = await page.evaluate(loadTrack, `/${id}.vtt`);
    assert.deepEqual(cues.map(asInSRT), parseSRT(srt));
    checkWords(cues, samples[id] ?? task.result.transcript.words);
  }
  for (const id of ['task_12345678', 'demo-hour']) {
    await t.test(id, () => check(id, uri => run(['-demo', 'read', uri])));
  }
  for (const id of Object.keys(samples)) {
    await t.test(id, () => check(id, uri => run(['read', uri], kie)));
  }
});

test('the pages of get_transcript make the whole WebVTT', async () => {
  const pages = [];
  let cursor;
  do {
    const args = ['task_id=demo-hour', 'format=vtt', ...cursor ? [`cursor=${cursor}`] : []];
    const {content, next_cursor} = JSON.parse(await run(['-demo', 'call', 'get_transcript', ...args]));
    pages.push(content);
    cursor = next_cursor;
  } while (cursor);
  assert.ok(pages.length > 1);
  assert.equal(pages.join('').lastIndexOf('WEBVTT'), 0);
  assert.equal(pages.join(''), await run(['-demo', 'read', 'kie://tasks/demo-hour/transcript.vtt']));
});

// loadTrack runs in the page. It gives the video a track, and returns what the
// browser reads from it.
async function loadTrack(src) {
  const track = document.createElement('track');
  document.querySelector('video').replaceChildren(track);
  track.track.mode = 'hidden';
  await new Promise((resolve, reject) => {
    track.onload = resolve;
    track.onerror = () => reject(new Error(`${src} is no track`));
    track.src = src;
  });
  return Array.from(track.track.cues, cue => {
    const html = cue.getCueAsHTML();
    return {
      start: Math.round(cue.startTime * 1000),
      end: Math.round(cue.endTime * 1000),
      text: (html.querySelector('*') ?? html).textContent,
      voices: Array.from(html.querySelectorAll('*'), element => element.title),
    };
  });
}

function asInSRT({start, end, text}) {
  return {start, end, text: text.replaceAll('-->', '->')};
}

function parseSRT(srt) {
  return srt.split('\n\n').slice(0, -1).map((block, i) => {
    const [index, times, ...lines] = block.split('\n');
    assert.equal(index, String(i + 1));
    const [start, end] = times.split(' --> ').map(milliseconds);
    return {start, end, text: lines.join('\n')};
  });
}

function milliseconds(clock) {
  const [hours, minutes, seconds, rest] = clock.split(/[:,]/).map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest;
}

// checkWords compares cues with the words that they are made of: no text is
// lost, nor a character cut; each cue has one speaker, named where there are
// several; and it is seen from its first word's start to its last word's end.
function checkWords(cues, words) {
  const characters = words.flatMap(word => {
    const all = split(word.text);
    return all.map((text, i) => ({text, word, first: i === 0, last: i === all.length - 1}));
  });
  const lines = cues.map(cue => cue.text.split('\n'));
  assert.deepEqual(lines.flat().flatMap(split), characters.map(c => c.text));
  assert.ok(lines.every(({length}) => length <= 2));

  const named = new Set(characters.map(c => c.word.speaker_id)).size > 1;
  let said = 0;
  cues.forEach((cue, i) => {
    const own = characters.slice(said, said += lines[i].flatMap(split).length);
    const [speaker, ...others] = new Set(own.map(c => c.word.speaker_id));
    assert.deepEqual(others, []);
    assert.deepEqual(cue.voices, named && speaker ? [speaker.replace(/\s+/g, ' ')] : []);

    const {first, word} = own[0];
    const earliest = i === 0 ? 0 : cues[i - 1].start + 1;
    if (first && word.start != null) assert.equal(cue.start, Math.max(earliest, Math.round(word.start * 1000)));
    const ends = own.filter(c => c.last && c.word.end != null).map(c => Math.round(c.word.end * 1000));
    const latest = Math.min(cue.start + longestCue, cues[i + 1]?.start ?? Infinity);
    assert.ok(cue.start < cue.end && cue.end <= latest);
    assert.ok(cue.end >= Math.min(latest, ...ends.length ? [Math.max(...ends)] : [0]));
  });
}

// split returns what a reader takes for the characters of a text, without its
// white space and control characters.
function split(text) {
  const visible = text.replace(/[\s\p{Cc}]/gu, '');
  return Array.from(new Intl.Segmenter().segment(visible), ({segment}) => segment);
}

async function run(args, options) {
  const {stdout} = await promisify(execFile)(program, args, {maxBuffer: 2 ** 26, ...options});
  return stdout;
}

// serveDocuments serves documents by path, and stands in for kie.ai with the
// samples. It returns its URL.
async function serveDocuments(t, documents) {
  const server = createServer((request, response) => {
    const {pathname, searchParams} = new URL(request.url, 'http://127.0.0.1');
    if (pathname === '/api/v1/jobs/recordInfo') {
      response.end(JSON.stringify(recordInfo(searchParams.get('taskId'))));
      return;
    }
    response.setHeader('Content-Type', pathname.endsWith('.vtt') ? 'text/vtt' : 'text/html');
    response.statusCode = documents.has(pathname) ? 200 : 404;
    response.end(documents.get(pathname));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

function recordInfo(taskId) {
  const words = samples[taskId];
  const text = words.map(word => word.text).join('');
  const resultJson = JSON.stringify({resultObject: {language_code: 'eng', language_probability: 1, text, words}});
  return {code: 200, msg: 'success', data: {taskId, model: 'elevenlabs/speech-to-text', state: 'success', resultJson}};
}
