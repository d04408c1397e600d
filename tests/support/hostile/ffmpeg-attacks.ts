import type { Canary } from './canary.ts';

/** Ways to name what a file has no business to name, in each of ffmpeg's protocols. */
export function addressesOf({ http, host, file }: Canary): string[] {
  return [
    ...[`${http}/canary.ts`, `http://${host}/canary.ts`, `https://${host}/canary.ts`, `tls://${host}`],
    ...[`tcp://${host}`, `ftp://${host}/canary.ts`, `rtmp://${host}/live/x`, `rtsp://${host}/x`],
    ...[`gopher://${host}/0x`, `icecast://${host}/x`, `mmsh://${host}/x`, `hls+${http}/x.m3u8`],
    ...[`async:${http}/canary.ts`, `cache:${http}/canary.ts`, `crypto:${http}/canary.ts`],
    ...[`crypto+${http}/canary.ts`, `http:${file}`, `ffrtmphttp://${host}/x`, `unix:${host}`],
    ...[file, `file:${file}`, `file://${file}`, `crypto:${file}`, `async:${file}`, `cache:${file}`],
    ...[`concat:${file}|${file}`, `subfile,,start,0,end,0,,:${file}`, `md5:${file}`, 'pipe:0'],
    ...[`concatf:${file}`, `data:application/octet-stream;base64,R0${'AAAA'.repeat(60)}`],
  ];
}

const hls = (...lines: string[]) => `#EXTM3U\n${lines.join('\n')}\n#EXT-X-ENDLIST\n`;
const dash = (representation: string) =>
  `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011" type="static" mediaPresentationDuration="PT2S"><Period><AdaptationSet contentType="video">${representation}</AdaptationSet></Period></MPD>`;

/** Files that make an unguarded ffmpeg open an address, by the format that they pose as. */
export const REFERRING: Readonly<Record<string, (address: string) => string>> = {
  'HLS segment': (url) => hls('#EXT-X-TARGETDURATION:2', '#EXTINF:2,', url),
  'HLS byte range': (url) => hls('#EXT-X-TARGETDURATION:2', '#EXTINF:2,', '#EXT-X-BYTERANGE:9@0', url),
  'HLS live': (url) => `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:1\n#EXTINF:2,\n${url}\n`,
  'HLS key': (url) =>
    hls('#EXT-X-TARGETDURATION:2', `#EXT-X-KEY:METHOD=AES-128,URI="${url}"`, '#EXTINF:2,', 'x.ts'),
  'HLS map': (url) => hls('#EXT-X-TARGETDURATION:2', `#EXT-X-MAP:URI="${url}"`, '#EXTINF:2,', url),
  'HLS variant': (url) => hls('#EXT-X-STREAM-INF:BANDWIDTH=1', url),
  'HLS rendition': (url) =>
    hls(
      `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="a",URI="${url}"`,
      '#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="a"',
      url,
    ),
  ffconcat: (url) => `ffconcat version 1.0\nfile '${url}'\n`,
  'ffconcat with options': (url) => `ffconcat version 1.0\nfile '${url}'\noption safe 0\nduration 2\n`,
  'DASH base': (url) =>
    dash(`<Representation id="0"><BaseURL>${url.replace(/&/g, '&amp;')}</BaseURL></Representation>`),
  'DASH template': (url) =>
    dash(`<SegmentTemplate media="${url}" initialization="${url}" duration="2"/><Representation id="0"/>`),
  'DASH entity': (url) =>
    dash('<Representation id="0"><BaseURL>&x;</BaseURL></Representation>').replace(
      '?>',
      `?><!DOCTYPE MPD [<!ENTITY x SYSTEM "${url}">]>`,
    ),
  SDP: (url) =>
    `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=${url}\nc=IN IP4 127.0.0.1\nt=0 0\na=control:${url}\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n`,
  ASX: (url) => `<asx version="3.0"><entry><ref href="${url}"/></entry></asx>`,
  'RTSP reference': (url) => `[Reference]\nRef1=${url}\n`,
  'Reference movie': (url) => `RTSPtext\r\n${url}\r\n`,
  PLS: (url) => `[playlist]\nNumberOfEntries=1\nFile1=${url}\nVersion=2\n`,
  SMIL: (url) => `<smil><body><video src="${url}"/></body></smil>`,
  'IMF packing list': (url) =>
    `<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"><Id>urn:uuid:1</Id><EditRate>25 1</EditRate><Annotation>${url}</Annotation></CompositionPlaylist>`,
  'filter graph': (url) => `movie='${url}'`,
  'ASS subtitles': (url) =>
    `[Script Info]\nScriptType: v4.00+\nVideo File: ${url}\nAudio File: ${url}\n\n[Events]\nFormat: Layer, Start, End, Text\nDialogue: 0,0:00:00.00,0:00:02.00,{\\fn${url}}x\n`,
  SubRip: (url) => `1\n00:00:00,000 --> 00:00:02,000\n<img src="${url}">\n`,
  WebVTT: (url) => `WEBVTT\n\nSTYLE\n::cue { background: url(${url}) }\n\n00:00.000 --> 00:02.000\n${url}\n`,
  SVG: (url) =>
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="${url}" width="9" height="9"/></svg>`,
  metadata: (url) => `;FFMETADATA1\ntitle=${url}\n`,
  'AviSynth script': (url) => `DirectShowSource("${url}")\n`,
};
