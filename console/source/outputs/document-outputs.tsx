import { useEffect, useState } from 'preact/hooks';
import { count } from '../format.ts';
import { Loading } from '../parts/notice.tsx';
import { inRole, named, type Variant } from './variant.ts';

interface Page {
  page: number;
  words: number;
  text: string;
  problems?: string[];
}

/** Maximum number of characters shown of a text without pages; the file has the rest. */
const MAX_CHARACTERS = 200_000;

export function DocumentOutputs({ variants }: { variants: readonly Variant[] }) {
  const pages = named(variants, 'pages.json');
  const text = named(variants, 'markdown.md') ?? named(variants, 'text.txt');
  const pictures = inRole(variants, 'page');
  // A profile may ask for pictures alone.
  if (pictures.length > 0 && (pages || !text)) return <Pages url={pages?.url} pictures={pictures} />;
  if (text) return <PlainText url={text.url} />;
  return null;
}

function Pages({ url, pictures }: { url: string | undefined; pictures: readonly Variant[] }) {
  const { value, failed } = useText(url);
  const [number, setNumber] = useState(1);
  const pages = value ? (JSON.parse(value) as { pages: Page[] }).pages : [];
  const page = pages.find((one) => one.page === number);
  const picture = pictures.find((one) => one.page === number);
  const last = Math.max(pages.length, pictures.length);
  return (
    <div class="document">
      <div class="player-bar">
        <button type="button" class="button" disabled={number <= 1} onClick={() => setNumber(number - 1)}>
          Previous<span class="hidden"> page</span>
        </button>
        <label>
          Page{' '}
          <input
            type="number"
            min={1}
            max={last}
            value={number}
            onChange={(event) => setNumber(clamp(Number(event.currentTarget.value), last))}
          />{' '}
          of {last}
        </label>
        <button type="button" class="button" disabled={number >= last} onClick={() => setNumber(number + 1)}>
          Next<span class="hidden"> page</span>
        </button>
        {page && <span class="small muted numbers">{count(page.words)} words</span>}
      </div>
      <div class="document-page">
        {picture ? (
          <img src={picture.url} alt={`Rendered page ${number}`} />
        ) : (
          <p class="muted small">No image was made of this page.</p>
        )}
        {url && !value && !failed && <Loading rows={3} label="Loading the text" />}
        {failed && <p class="muted small">The text could not be loaded.</p>}
        {page && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard.
          <section class="text" tabIndex={0} aria-label={`Text of page ${number}`}>
            <pre>{page.text || 'This page has no text.'}</pre>
          </section>
        )}
      </div>
      {page?.problems?.map((problem) => (
        <p class="small field-error" key={problem}>
          {problem}
        </p>
      ))}
    </div>
  );
}

function PlainText({ url }: { url: string }) {
  const { value, failed } = useText(url);
  if (failed) return <p class="muted">The text could not be loaded.</p>;
  if (value === undefined) return <Loading rows={3} label="Loading the text" />;
  return (
    <div class="document">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard. */}
      <section class="text" tabIndex={0} aria-label="Text">
        <pre>{value.slice(0, MAX_CHARACTERS)}</pre>
      </section>
      {value.length > MAX_CHARACTERS && (
        <p class="small muted">The text is truncated. Open the file below to see all of it.</p>
      )}
    </div>
  );
}

function useText(url: string | undefined): { value?: string; failed: boolean } {
  const [state, setState] = useState<{ value?: string; failed: boolean }>({ failed: false });
  useEffect(() => {
    if (!url) return;
    const abort = new AbortController();
    fetch(url, { signal: abort.signal })
      .then((response) => (response.ok ? response.text() : Promise.reject(new Error(response.statusText))))
      .then((value) => setState({ value, failed: false }))
      .catch(() => abort.signal.aborted || setState({ failed: true }));
    return () => abort.abort();
  }, [url]);
  return state;
}

const clamp = (value: number, last: number) => Math.min(last, Math.max(1, Math.round(value) || 1));
