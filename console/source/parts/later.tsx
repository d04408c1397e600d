import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Loading, Notice } from './notice.tsx';

/** Returns a component whose code is loaded when it is first shown. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  return (props: Props) => {
    const [loaded, setLoaded] = useState<{ Page?: ComponentType<Props>; error?: Error }>({});
    useEffect(() => {
      load().then(
        (Page) => setLoaded({ Page }),
        (error: Error) => setLoaded({ error }),
      );
    }, []);
    const { Page, error } = loaded;
    if (Page) return <Page {...props} />;
    // A deployment replaces the files of a page that is open.
    return error ? (
      <Notice tone="bad" title="This page could not be loaded">
        Reload it: a new version of the console may have been deployed.
      </Notice>
    ) : (
      <Loading label="Loading the page" />
    );
  };
}
