// Speech that is hard to write as subtitles, as kie.ai's entries for it.

const space = entry(' ', null, null);

export const samples = {
  markup: spoken('speaker_0', 0, 'I said <b>bold</b> & <v Eve>quoted</v> &amp; &lt; a<b>c --> d --- -> <-- ' +
    '00:00:01.000 --> 00:00:02.000 <00:00:01.000> NOTE STYLE WEBVTT &nbsp; &lrm; {\\an8} \\h 1 </i>'),
  braces: spoken('speaker_0', 0, '{note} {a b} {} {{x}} {\\i1}slanted{\\i0} {y:i} {x\\an8} {1}{24} [b] } { ' +
    'C:\\New \\N \\n \\h{} {c:$ff} {\\pos(1,2)} \\{x\\} a\\'),
  angles: spoken('speaker_0', 0, 'I <3 you -> so <<b>> < i > <laughs> <é> <- <_x> <font color="red">red</font> ' +
    '---> b -----> c 1 < 2 > 1 00:00:05,000 ---> 00:00:06,000 <!-- x --> <c.a> &lt;i&gt; &#60;i> &nosuch; & <b'),
  signs: spoken('speaker_0', 0, '♪ La la ♪ # la # … “so” «ça\u00a0va\u202f?» 10\u202f000\u00a0€ ½ ℃ - 1. * _x_ `c`'),
  numbers: [
    ...spoken('speaker_0', 0, '1 2 3. 4 5 6. '), entry('00:00:05,000 ---> 00:00:06,000', 5, 6),
    space, entry('7', 9, 10), space, entry('00:00:12.000 --> 00:00:13.000', 15, 16), space, entry('8', 19, 20),
  ],
  nothing: [
    ...spoken('speaker_0', 0, 'Before. '), entry('', 2, 3), entry(null, 3, 4), ...spoken('speaker_0', 5, 'After.'),
  ],
  speakers: [
    'Zoë Müller', 'R&D', '<b>', 'a > b', '李小龙', 'דנה', 'Q&amp;A', '"quoted" \'name\'', 'a.b', 'line\nbreak\t tab',
    '-->', 'a -- ', 'A-', '--', 'b.c d', '{\\an8}', '00:01.000 --> 00:02.000', null,
  ].flatMap((name, i) => [...spoken(name, 3 * i, `I am number ${i}.`), space]),
  wide: [
    ...Array.from('我们今天讨论的是一个非常重要的问题，请大家注意听，因为内容很多。'.repeat(3),
      (text, i) => entry(text, i / 5, (i + 1) / 5)),
    space, entry('東京特許許可局'.repeat(12), 30, 40),
    space, ...spoken('speaker_0', 41, '안녕하세요 여러분 오늘은 날씨가 ｆｕｌｌ ｗｉｄｔｈ ﾊﾝｶｸ 参照してください'),
  ],
  rightToLeft: spoken('speaker_0', 0, 'שָׁלוֹם לכולם, אני גר ב-Berlin מאז 2019! السَّلامُ عليكم، كيف حالكم؟ ' +
    '\u200fנגמר\u200f x - שלום, "דן" 50% (צחוק) <3 --> <i>مرحبا</i> بكم! {\\an8}١٢٣ - نعم... می\u200cخواهم'),
  emoji: [
    ...spoken('speaker_0', 0, 'so 😀 👩‍👩‍👧‍👦 🇩🇪 🇯🇵 👍🏽 ❤️ 1️⃣ e\u0301 नमस्ते ok'),
    space, entry('👩‍👩‍👧‍👦🇩🇪👍🏽e\u0301'.repeat(20), 20, 30),
  ],
  longWord: [
    entry('Donaudampfschifffahrtsgesellschaft'.repeat(30), 1, 5),
    space, ...spoken('speaker_0', 5, 'was all.'),
  ],
  longSentence: spoken('speaker_0', 0, 'and so on '.repeat(200)),
  hours: [
    ...spoken('speaker_0', 59.9996, 'A minute. '),
    ...spoken('speaker_0', 3599.9994, 'An hour. '),
    ...spoken('speaker_0', 3661.25, 'A bit more. '),
    ...spoken('speaker_0', 359_998.25, 'Nearly a hundred. '),
  ],
  hundredsOfHours: [
    ...spoken('speaker_0', 359_999.5, 'A hundred hours. '),
    ...spoken('speaker_0', 3_600_000.001, 'A thousand.'),
  ],
  oddTimes: [
    entry('Equal.', 1, 2), space, entry('Equal!', 1, 2), space, entry('Equal?', 1, 2),
    space, entry('Backwards.', 5, 4), space, entry('Earlier.', 3, 3.5), space, entry('None.', 6, 6),
    space, entry('Negative.', -3, -2), space, entry('Slow.', 7, 60), space, entry('Meanwhile.', 8, 8.1),
  ],
  untimed: [
    entry('Nobody', null, null), space, entry('knows', null, null), space, entry('when.', 2, 3),
    space, entry('Then'), space, entry('half', 4, null), space, entry('of', null, 5), space, entry('it.', null, null),
  ],
  breaks: [
    entry('one\ntwo', 0, 1), space, entry('three\n\nfour', 1, 2), entry('\n\n', 2, 2), entry('five\tsix\r\n', 2, 3),
    entry('\tseven\u0007eight\u0000 \u0085', 3, 4), space, entry('nine\u2028ten\u2029', 4, 5),
    entry('\u00a0eleven', 5, 6),
  ],
  events: spoken('speaker_0', 0, '(laughter) Well (coughs) that was it. (applause) (music)'),
};

// spoken makes the entries of a text: a word each half second.
function spoken(speaker, start, text) {
  return text.split(/( +)/).map((part, i) => entry(part, start + i / 4, start + i / 4 + 0.2, speaker));
}

function entry(text, start, end, speaker_id = 'speaker_0') {
  const type = /^\s+$/.test(text) ? 'spacing' : /^\(.*\)$/.test(text) ? 'audio_event' : 'word';
  return {text, start, end, type, speaker_id};
}
