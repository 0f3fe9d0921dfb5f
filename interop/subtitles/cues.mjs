// Reads our subtitles in the simplest way, which knows them as we write them.
import assert from 'node:assert/strict';

export function parseSRT(srt) {
  return blocks(srt).map(([index, times, ...lines], i) => {
    assert.equal(index, String(i + 1));
    return {...parseTimes(times, ','), text: lines.join('\n')};
  });
}

export function parseVTT(vtt) {
  const [[signature], ...cues] = blocks(vtt);
  assert.equal(signature, 'WEBVTT');
  return cues.map(([times, ...lines]) => {
    const [, voice, escaped] = lines.join('\n').match(/^(?:<v ([^&<>\n]+)>)?([^<>]*)$/);
    const text = escaped.replace(/&(lt|gt|amp);/g, (_, name) => ({lt: '<', gt: '>', amp: '&'})[name]);
    return {...parseTimes(times, '.'), text, ...voice && {voice}};
  });
}

function blocks(text) {
  assert.ok(text.endsWith('\n\n'));
  return text.slice(0, -2).split('\n\n').map(block => block.split('\n'));
}

export function parseTimes(times, mark) {
  const [start, end] = times.split(' --> ').map(clock => {
    const [, hours, minutes, seconds, found, rest] = clock.match(/^(\d{2,}):(\d\d):(\d\d)([,.])(\d{3})$/);
    assert.equal(found, mark);
    return ((hours * 60 + +minutes) * 60 + +seconds) * 1000 + +rest;
  });
  return {start, end};
}
