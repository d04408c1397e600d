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
          You are offline. What you see is what was known before; uploads go on once the connection is back.
        </p>
      )}
    </div>
  );
}
