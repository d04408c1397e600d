import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { securityHeadersFile } from './security-headers.ts';

// biome-ignore lint/style/noDefaultExport: Vite reads its configuration from the default export.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [securityHeadersFile()],
  build: {
    outDir: fileURLToPath(new URL('../dist/console', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // A data: URL of a style or script would need a weaker policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // hls.js comes as one piece, and only to pages that play something.
    chunkSizeWarningLimit: 600,
  },
});
