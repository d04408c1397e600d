import { render } from 'preact';
import { useApi } from './api/client.ts';
import { App } from './app.tsx';
import { loadSettings } from './load-settings.ts';
import { Notice } from './parts/notice.tsx';
import { openSession } from './session/session.ts';
import './style/base.css';
import './style/header.css';
import './style/controls.css';
import './style/status.css';
import './style/parts.css';
import './style/forms.css';
import './style/rows.css';
import './style/jobs.css';
import './style/job.css';
import './style/outputs.css';
import './style/video.css';
import './style/statistics.css';
import './style/profiles.css';

const root = document.getElementById('app') as HTMLElement;

try {
  const settings = await loadSettings();
  useApi(settings.apiUrl);
  await openSession(settings.oidc);
  render(<App oidc={settings.oidc} />, root);
} catch (error) {
  render(
    <main class="page">
      <Notice tone="bad" title="The console could not start">
        {(error as Error).message}
      </Notice>
    </main>,
    root,
  );
}
