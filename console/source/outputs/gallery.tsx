import { bytes } from '../format.ts';
import { type LinkedVariant, sizeOf, type Variant } from './variant.ts';

const area = ({ width, height }: Variant) => Number(width ?? 0) * Number(height ?? 0);

export function Gallery({ pictures }: { pictures: readonly LinkedVariant[] }) {
  const sorted = pictures.toSorted((a, b) => area(a) - area(b));
  return (
    <ul class="gallery" aria-label="Images">
      {sorted.map((picture) => (
        <li key={picture.key}>
          <figure>
            <a
              class={`picture${/png|webp|avif|gif/.test(picture.contentType) ? ' alpha' : ''}`}
              href={picture.url}
              target="_blank"
              rel="noreferrer"
            >
              <img src={picture.url} alt={`${picture.label}, opens at full size`} loading="lazy" />
            </a>
            <figcaption>
              <strong>{picture.label}</strong>
              <span class="small muted numbers">
                {[sizeOf(picture), typeOf(picture), bytes(picture.size)].filter(Boolean).join(' · ')}
              </span>
            </figcaption>
          </figure>
        </li>
      ))}
    </ul>
  );
}

const typeOf = ({ contentType }: Variant) => contentType.replace('image/', '').toUpperCase();
