/**
 * Build of hls.js without subtitles, DRM and separate audio tracks, none of which the pipeline's
 * streams have. It shares the types of the full build.
 */
declare module 'hls.js/light' {
  export { default } from 'hls.js';
}
