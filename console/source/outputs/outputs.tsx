import type { Job } from '../../../contract/job-api.ts';
import { AudioOutputs } from './audio-outputs.tsx';
import { DocumentOutputs } from './document-outputs.tsx';
import { FileTable } from './file-table.tsx';
import { Gallery } from './gallery.tsx';
import { inRole, variantsOf } from './variant.ts';
import { VideoOutputs } from './video-outputs.tsx';

/**
 * Renders the outputs of a job by kind. Images are shown as images and text as text: no output is
 * ever parsed as HTML.
 */
export function Outputs({ job }: { job: Job }) {
  const variants = variantsOf(job);
  const pictures = inRole(variants, 'thumbnail', 'picture');
  return (
    <section aria-labelledby="outputs-title">
      <h2 id="outputs-title">Outputs</h2>
      {job.kind === 'VIDEO' && <VideoOutputs stream={job.playlistUrl} variants={variants} />}
      {job.kind === 'AUDIO' && <AudioOutputs variants={variants} />}
      {inRole(variants, 'text').length > 0 && <DocumentOutputs variants={variants} />}
      {pictures.length > 0 && <Gallery pictures={pictures} />}
      <FileTable variants={variants} />
    </section>
  );
}
