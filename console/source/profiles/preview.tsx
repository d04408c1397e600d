import { useState } from 'preact/hooks';
import type { ProfilePreview } from '../../../contract/profiles/profile-preview-api.ts';
import { asProblem, type Problem } from '../api/problem.ts';
import { previewProfile } from '../api/profiles.ts';
import { bytes } from '../format.ts';
import { Gallery } from '../outputs/gallery.tsx';
import { Loading, Notice, ProblemNotice } from '../parts/notice.tsx';
import { ImageChoice } from './image-choice.tsx';

/** Shows what the document that is edited would make of an image. Undefined: it is none yet. */
export function Preview({ document }: { document: unknown }) {
  const [jobId, setJobId] = useState('');
  const [shown, setShown] = useState<{ preview: ProfilePreview; of: unknown }>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      setShown({ preview: await previewProfile(jobId, document), of: document });
    } catch (error) {
      setShown(undefined);
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  return (
    <section class="profile-preview" aria-labelledby="preview-title">
      <h2 id="preview-title">Preview on an image</h2>
      <ImageChoice jobId={jobId} onChoose={setJobId} onProblem={setProblem} />
      <div class="buttons">
        <button
          type="button"
          class="button"
          disabled={busy || jobId === '' || document === undefined}
          onClick={run}
        >
          Preview
        </button>
      </div>
      {busy && <Loading rows={2} label="Making the outputs" />}
      {problem && <ProblemNotice problem={problem} />}
      {shown && !busy && <Result preview={shown.preview} isOld={shown.of !== document} />}
    </section>
  );
}

function Result({ preview, isOld }: { preview: ProfilePreview; isOld: boolean }) {
  const { outputs, degraded, upload } = preview;
  const pictures = outputs.map((output) => ({
    ...{ ...output, key: output.name, label: output.name },
    ...{ sha256: '', role: 'picture' as const },
  }));
  return (
    <>
      <p class="small muted" role="status">
        {outputs.length} outputs, {bytes(outputs.reduce((sum, { size }) => sum + size, 0))}, of an upload of{' '}
        {bytes(upload.size)}.{isOld && ' The document has changed since.'}
      </p>
      {degraded.length > 0 && (
        <Notice tone="warn" title="Not all that the profile asks for">
          <ul>
            {degraded.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </Notice>
      )}
      <Gallery pictures={pictures} />
    </>
  );
}
