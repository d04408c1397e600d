import { useEffect, useState } from 'preact/hooks';

export function OfflineBar() {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const update = () => setOnline(navigator.onLine);
    addEventListener('online', update);
    addEventListener('offline', update);
    return () => {
      removeEventListener('online', update);
      removeEventListener('offline', update);
    };
  }, []);
  return (
    <div role="status">
      {!online && (
        <p class="offline">
          You are offline. The data shown may be out of date. Uploads resume when the connection is back.
        </p>
      )}
    </div>
  );
}
