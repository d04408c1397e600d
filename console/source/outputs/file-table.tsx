import { bytes, duration } from '../format.ts';
import { isLinked, sizeOf, type Variant } from './variant.ts';

/**
 * Renders a table of all outputs. Segments of a stream have no links, and there may be thousands,
 * so they are only counted.
 */
export function FileTable({ variants }: { variants: readonly Variant[] }) {
  const files = variants.filter(isLinked);
  const segments = variants.filter((variant) => !isLinked(variant));
  const segmentBytes = segments.reduce((sum, { size }) => sum + size, 0);
  return (
    <details class="group files">
      <summary>
        All files <span class="muted">({variants.length})</span>
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard. */}
      <section class="table-scroll" aria-label="All files" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col">Type</th>
              <th scope="col">Dimensions</th>
              <th scope="col" class="number">
                Size
              </th>
              <th scope="col">SHA-256</th>
            </tr>
          </thead>
          <tbody>
            {files.map((file) => (
              <tr key={file.key}>
                <td>
                  <a href={file.url} target="_blank" rel="noreferrer">
                    {file.name}
                  </a>
                </td>
                <td>{file.contentType.split(';')[0]}</td>
                <td class="numbers">{factsOf(file)}</td>
                <td class="number">{bytes(file.size)}</td>
                <td>
                  <code title={file.sha256}>{file.sha256.slice(0, 12)}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {segments.length > 0 && (
        <p class="small muted">
          and {segments.length} segments of the stream, {bytes(segmentBytes)}
        </p>
      )}
    </details>
  );
}

function factsOf(file: Variant): string {
  const { durationSeconds, words } = file;
  return [
    sizeOf(file),
    typeof durationSeconds === 'number' && duration(durationSeconds),
    typeof words === 'number' && `${words} words`,
  ]
    .filter(Boolean)
    .join(' · ');
}
