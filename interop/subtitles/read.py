"""Reads files with pysrt and webvtt-py, and prints the cues of each as JSON, or what is wrong with a file."""
import html
import json
import sys

import pysrt
import webvtt


def read_srt(file):
    # pysrt.open asks for the mode U, which Python 3.11 has no more.
    with open(file, encoding='utf-8') as lines:
        for item in pysrt.stream(lines, error_handling=pysrt.SubRipFile.ERROR_RAISE):
            yield item.start.ordinal, item.end.ordinal, item.text


def read_vtt(file):
    for caption in webvtt.read(file):
        # The text has no tags any more, but still its escapes.
        yield (round(caption.start_in_seconds * 1000), round(caption.end_in_seconds * 1000),
               html.unescape(caption.text))


def read(file):
    read_format = read_srt if file.endswith('.srt') else read_vtt
    try:
        return [{'start': start, 'end': end, 'text': text} for start, end, text in read_format(file)]
    except Exception as fault:
        return repr(fault)


json.dump({file: read(file) for file in sys.argv[1:]}, sys.stdout)
