import type { Plugin } from 'vite';

export interface Origins {
  /** Origins that the console sends requests to: the job API, S3 and the OpenID provider. */
  connect: readonly string[];
  /** Origins of images, audio and video: S3. */
  media: readonly string[];
}

/**
 * Returns the headers that the console's server sends with every file. Uploads and outputs are
 * untrusted: none of their scripts, frames or plug-ins may run.
 */
export function securityHeaders(origins: Origins): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(origins),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  };
}

function contentSecurityPolicy({ connect, media }: Origins): string {
  const policy = {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    // data: is for the blurred preview in an image's metadata.
    'img-src': ["'self'", 'data:', ...media],
    // blob: is for hls.js, which plays through Media Source Extensions.
    'media-src': ['blob:', ...media],
    'connect-src': ["'self'", ...connect],
    'frame-ancestors': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
  };
  return Object.entries(policy)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}

/**
 * Writes the headers next to the built console, with placeholders for the origins that Terraform
 * creates.
 */
export function securityHeadersFile(): Plugin {
  return {
    name: 'security-headers',
    generateBundle() {
      const headers = securityHeaders({
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Terraform's templatestring() fills these in.
        connect: ['${connect}'],
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the same.
        media: ['${media}'],
      });
      const source = `${JSON.stringify(headers, null, 2)}\n`;
      this.emitFile({ type: 'asset', fileName: 'security-headers.json', source });
    },
  };
}
