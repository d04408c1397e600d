import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { playedSeconds, samples16, soundStudio } from '../../../support/sound.ts';
import { type Transcoded, transcode } from './transcode.ts';

let studio: Awaited<ReturnType<typeof soundStudio>>;
beforeAll(async () => {
  studio = await soundStudio();
});
afterAll(() => studio.remove());

const TONE = 'aevalsrc=0.4*sin(2*PI*440*t):s=44100:d=2';
const SPEECH = ['-ar', '8000', '-ac', '1'];
const fileOf = (result: Transcoded, name: string) => result.files.get(name) ?? '';

/** Loudest sample, as a share of full scale, between two points in time. */
async function peak(file: string, sampleRate: number, channels: number): Promise<number> {
  const samples = await samples16(file);
  const middle = samples.subarray(sampleRate * channels * 0.5, sampleRate * channels * 1.5);
  return middle.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0) / 32_768;
}

describe('what recorders, telephones and editors write is taken', () => {
  test.each<[string, string, string, string[]]>([
    ['GSM 6.10', 'gsm.wav', 'gsm_ms', [...SPEECH, '-c:a', 'libgsm_ms']],
    ['G.722', 'g722.wav', 'adpcm_g722', ['-ar', '16000', '-c:a', 'g722']],
    ['G.726', 'g726.wav', 'adpcm_g726', [...SPEECH, '-c:a', 'g726', '-b:a', '32k']],
    ['Speex', 'speex.ogg', 'speex', ['-ar', '16000', '-c:a', 'libspeex']],
    ['Yamaha ADPCM', 'yamaha.wav', 'adpcm_yamaha', ['-c:a', 'adpcm_yamaha']],
    ['Flash ADPCM', 'swf.flv', 'adpcm_swf', ['-c:a', 'adpcm_swf']],
    ['Nellymoser', 'nelly.flv', 'nellymoser', ['-ar', '22050', '-c:a', 'nellymoser']],
    ['WavPack', 'wv.mka', 'wavpack', ['-c:a', 'wavpack']],
    ['True Audio', 'tta.mka', 'tta', ['-c:a', 'tta']],
    ['RF64', 'rf64.wav', 'pcm_s16le', ['-rf64', 'always']],
    ['Wave64', 'long.w64', 'pcm_s16le', []],
    ['Apple Lossless in CAF', 'alac.caf', 'alac', ['-c:a', 'alac']],
  ])('%s (%s)', async (_label, name, codec, args) => {
    const result = await transcode(studio.directory, await studio.make(name, TONE, ...args));
    expect(result.metadata).toMatchObject({ audio: { codec } });
    expect(result.degraded).toEqual([]);
    const ogg = fileOf(result, 'audio.ogg');
    expect(await playedSeconds(ogg)).toBeCloseTo(2, 1);
    expect(await peak(ogg, 48_000, 1)).toBeGreaterThan(0.3);
    expect(await peak(ogg, 48_000, 1)).toBeLessThan(0.5);
  });
});
