// Has the programs of others read the SRT and the WebVTT of kie-mcp, and
// compares their cues with ours, and ours with the words of the task.
import {execFile} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {promisify} from 'node:util';
import assert from 'node:assert/strict';
import {openPage, startChromium} from '../browser/chromium.mjs';
import {program} from '../program.mjs';
import {parseSRT, parseVTT} from './cues.mjs';
import {ffmpegSRT, ffmpegVTT, inPage, srtParser2, startPython, webvttParser} from './readers.mjs';
import {samples} from './samples.mjs';

const longestCue = 7000; // milliseconds

test('subtitles read back', {timeout: 120_000}, async t => {
  const folder = await mkdtemp(join(tmpdir(), 'kie-mcp-subtitles-'));
  t.after(() => rm(folder, {recursive: true}));
  const url = await serveFiles(t, folder);
  const kie = {env: {...process.env, KIE_API_KEY: 'key', KIE_BASE_URL: url}};
  const words = new Map(Object.entries(samples));
  for (const id of ['task_12345678', 'demo-hour']) {
    const task = JSON.parse(await run(['-demo', 'read', `kie://tasks/${id}`]));
    words.set(id, task.result.transcript.words);
  }
  const files = [];
  for (const id of words.keys()) {
    for (const format of ['srt', 'vtt']) {
      const uri = `kie://tasks/${id}/transcript.${format}`;
      const content = id in samples ? await run(['read', uri], kie) : await run(['-demo', 'read', uri]);
      files.push(join(folder, `${id}.${format}`));
      await writeFile(files.at(-1), content);
    }
  }
  const {page} = await openPage(t, await startChromium(t));
  await page.goto(url);
  const python = await startPython(files);
  const readers = {
    srt: {ffmpeg: ffmpegSRT, pysrt: python, srtParser2},
    vtt: {ffmpeg: ffmpegVTT, 'webvtt-py': python, webvttParser, chromium: inPage(page)},
  };
  const namesSpeakers = ['webvttParser', 'chromium'];

  for (const id of words.keys()) {
    await t.test(id, async t => {
      const [srt, vtt] = ['srt', 'vtt'].map(format => join(folder, `${id}.${format}`));
      const ours = {srt: parseSRT(await readFile(srt, 'utf8')), vtt: parseVTT(await readFile(vtt, 'utf8'))};
      const unnamed = ours.vtt.map(({voice, ...cue}) => cue);
      await t.test('SRT and WebVTT', () => assert.deepEqual(ours.srt.map(asInBoth), unnamed.map(asInBoth)));
      await t.test('words', () => checkWords(ours.vtt, words.get(id)));
      for (const [name, read] of Object.entries(readers.srt)) {
        if (name === 'srtParser2' && id === 'hundredsOfHours') continue; // which it cannot read
        await t.test(`SRT in ${name}`, async () => assert.deepEqual(await read(srt), ours.srt));
      }
      for (const [name, read] of Object.entries(readers.vtt)) {
        const want = namesSpeakers.includes(name) ? ours.vtt : unnamed;
        await t.test(`WebVTT in ${name}`, async () => assert.deepEqual(await read(vtt), want));
      }
    });
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

// asInBoth leaves out in what the formats differ: SRT has no arrows, and marks
// that are not seen.
function asInBoth({start, end, text}) {
  return {start, end, text: text.replace(/-{2,}>/g, '->').replace(/[\u200c\u200f]/g, '')};
}

// checkWords compares cues with the words that they are made of: no text is
// lost, nor a character cut; each cue has one speaker, named where there are
// several; and it is seen from its first word's start to its last word's end.
function checkWords(cues, words) {
  const characters = words.flatMap(word => {
    const all = split(word.text ?? '');
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
    assert.equal(cue.voice ?? '', named && speaker ? asVoice(speaker) : '');

    const {first, word} = own[0];
    const earliest = i === 0 ? 0 : cues[i - 1].start + 1;
    if (first && word.start != null) assert.equal(cue.start, Math.max(earliest, Math.round(word.start * 1000)));
    const ends = own.filter(c => c.last && c.word.end != null).map(c => Math.round(c.word.end * 1000));
    const latest = Math.min(cue.start + longestCue, cues[i + 1]?.start ?? Infinity);
    assert.ok(cue.start < cue.end && cue.end <= latest);
    assert.ok(cue.end >= Math.min(latest, ...ends.length ? [Math.max(...ends)] : [0]));
  });
}

// asVoice returns the name of a speaker as a tag can have it.
function asVoice(name) {
  return name.replace(/[&<>{}]/g, '').replace(/\s+/g, ' ').replace(/[- ]+$/, '');
}

// split returns what a reader takes for the characters of a text, without its
// white space, control characters and non-joiners.
function split(text) {
  const visible = text.replace(/[\s\p{Cc}\u200c]/gu, '');
  return Array.from(new Intl.Segmenter().segment(visible), ({segment}) => segment);
}

async function run(args, options) {
  const {stdout} = await promisify(execFile)(program, args, {maxBuffer: 2 ** 26, ...options});
  return stdout;
}

// serveFiles serves a page with a video, and the files of a folder; and it
// stands in for kie.ai with the samples. It returns its URL.
async function serveFiles(t, folder) {
  const server = createServer(async (request, response) => {
    const {pathname, searchParams} = new URL(request.url, 'http://127.0.0.1');
    if (pathname === '/api/v1/jobs/recordInfo') {
      response.end(JSON.stringify(recordInfo(searchParams.get('taskId'))));
    } else if (pathname.endsWith('.vtt')) {
      response.setHeader('Content-Type', 'text/vtt');
      response.end(await readFile(join(folder, pathname)));
    } else {
      response.setHeader('Content-Type', 'text/html');
      response.end('<video></video>');
    }
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
