import { bytes, count, duration, moment, words } from '../format.ts';

type Facts = Record<string, unknown>;

/** Renders the metadata of an upload of any kind: simple values as a list, groups collapsed. */
export function Metadata({ metadata }: { metadata: Facts }) {
  return (
    <section aria-labelledby="metadata-title">
      <h2 id="metadata-title">Metadata</h2>
      <FactList facts={metadata} />
    </section>
  );
}

function FactList({ facts }: { facts: Facts }) {
  const entries = Object.entries(facts).filter(([, value]) => !isEmpty(value));
  const simple = entries.filter(([, value]) => !isGroup(value));
  const groups = entries.filter(([, value]) => isGroup(value));
  return (
    <>
      {simple.length > 0 && (
        <dl class="facts wide">
          {simple.map(([name, value]) => (
            <div key={name}>
              <dt>{words(name.replace(/Seconds$/, ''))}</dt>
              <dd>{isPreview(value) ? <img src={value} alt="" width="64" /> : text(name, value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {groups.map(([name, value]) => (
        <details key={name} class="group">
          <summary>
            {words(name)}
            {Array.isArray(value) && <span class="muted"> ({value.length})</span>}
          </summary>
          {Array.isArray(value) ? (
            value
              .slice(0, 50)
              .map((item, i) => (
                <FactList key={i} facts={isGroup(item) ? (item as Facts) : { [`${i + 1}`]: item }} />
              ))
          ) : (
            <FactList facts={value as Facts} />
          )}
        </details>
      ))}
    </>
  );
}

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (isGroup(value) && Object.keys(value as object).length === 0);

const isGroup = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !(Array.isArray(value) && value.every(isPlain));

const isPlain = (value: unknown) => typeof value !== 'object' && String(value).length < 60;
const isPreview = (value: unknown): value is string =>
  typeof value === 'string' && /^data:image\/(?:png|jpeg|webp);base64,/.test(value);

function text(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => text(name, item)).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') {
    if (/seconds$/i.test(name)) return duration(value);
    if (/^bytes$|bytes$/i.test(name)) return bytes(value);
    if (/bitrate$/i.test(name)) return `${count(Math.round(value / 1000))} kbit/s`;
    return count(value);
  }
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return moment(value);
  return String(value);
}
