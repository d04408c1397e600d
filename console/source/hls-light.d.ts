/** hls.js without subtitles, DRM and separate audio tracks, none of which the pipeline's streams have. Its types are those of the whole. */
declare module 'hls.js/light' {
  export { default } from 'hls.js';
}
