// Programs of others that read subtitles. Each returns the cues of a file.
import {execFile} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {basename} from 'node:path';
import {promisify} from 'node:util';
import {fileURLToPath} from 'node:url';
import assert from 'node:assert/strict';
import SRTParser from 'srt-parser-2';
import webvtt from 'webvtt-parser';
import entities from 'webvtt-parser/html-entities.json' with {type: 'json'};
import {parseSRT, parseTimes} from './cues.mjs';

// ffmpegSRT has ffmpeg write again what it has read.
export async function ffmpegSRT(file) {
  return parseSRT(await convert(file));
}

// ffmpegVTT takes the text from the ASS that ffmpeg makes of a file, which is
// what libass shows: its SRT has braces wrong. ASS in turn has rounded times.
export async function ffmpegVTT(file) {
  const srt = await convert(file, `${file}.ass`);
  const times = srt.match(/^\d+:\d\d:\d\d,\d+ --> \S+$/gm).map(line => parseTimes(line, ','));
  const ass = await readFile(`${file}.ass`, 'utf8');
  const texts = ass.match(/^Dialogue: .+$/gm).map(line => line.split(',').slice(9).join(','));
  assert.equal(texts.length, times.length);
  return times.map((cue, i) => ({...cue, text: textOfASS(texts[i])}));
}

async function convert(file, ...files) {
  const srt = await run(process.env.FFMPEG, ['-v', 'warning', '-i', file, '-f', 'srt', '-', ...files]);
  return srt.replaceAll('\r\n', '\n');
}

function textOfASS(text) {
  return text.replace(/\\([Nnh{}])|\{[^}]*\}/g, (_, name) => ({N: '\n', n: ' ', h: '\u00a0'})[name] ?? name ?? '');
}

// startPython has pysrt and webvtt-py read all files, and returns their reader.
export async function startPython(files) {
  const script = fileURLToPath(new URL('read.py', import.meta.url));
  const cues = JSON.parse(await run(process.env.PYTHON, [script, ...files]));
  return file => cues[file];
}

export async function srtParser2(file) {
  const items = new SRTParser().fromSrt(await readFile(file, 'utf8'));
  return items.map(({startSeconds, endSeconds, text}) => (
    {start: milliseconds(startSeconds), end: milliseconds(endSeconds), text}));
}

// webvttParser reads as the standard says, and finds no fault.
export async function webvttParser(file) {
  const {cues, errors} = new webvtt.WebVTTParser(entities).parse(await readFile(file, 'utf8'));
  assert.deepEqual(errors, []);
  return cues.map(({startTime, endTime, tree}) => {
    const [first] = tree.children;
    const voice = first?.type === 'object' ? {voice: first.value} : {};
    return {start: milliseconds(startTime), end: milliseconds(endTime), text: textOf(tree), ...voice};
  });
}

function textOf({value, children}) {
  return children ? children.map(textOf).join('') : value;
}

// inPage returns the reader of a browser, whose page comes from the server that
// has the files.
export function inPage(page) {
  return file => page.evaluate(loadTrack, basename(file));
}

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
    const voice = html.querySelector('*')?.title;
    return {
      start: Math.round(cue.startTime * 1000),
      end: Math.round(cue.endTime * 1000),
      text: html.textContent,
      ...voice && {voice},
    };
  });
}

// run returns what a program prints, which complains of nothing.
async function run(command, args) {
  const {stdout, stderr} = await promisify(execFile)(command, args, {maxBuffer: 2 ** 26});
  assert.equal(stderr, '');
  return stdout;
}

function milliseconds(seconds) {
  return Math.round(seconds * 1000);
}
