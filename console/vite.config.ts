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
    // Stylesheets and scripts in data: URLs would need a weaker content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // hls.js is a single chunk, loaded only by pages that play a stream.
    chunkSizeWarningLimit: 600,
  },
});
