import type { Job } from '../../../contract/job-api.ts';
import { AudioOutputs } from './audio-outputs.tsx';
import { DocumentOutputs } from './document-outputs.tsx';
import { FileTable } from './file-table.tsx';
import { Gallery } from './gallery.tsx';
import { isLinked, named, variantsOf } from './variant.ts';
import { VideoOutputs } from './video-outputs.tsx';

/**
 * Renders the outputs of a job by kind. Images are shown as images and text as text: no output is
 * ever parsed as HTML.
 */
export function Outputs({ job }: { job: Job }) {
  const variants = variantsOf(job);
  const pictures = variants
    .filter(isLinked)
    .filter(
      ({ contentType, name }) =>
        contentType.startsWith('image/') && !/^(?:page_|waveform|poster|storyboard)/.test(name),
    );
  const document =
    named(variants, 'pages.json') ?? named(variants, 'text.txt') ?? named(variants, 'markdown.md');
  return (
    <section aria-labelledby="outputs-title">
      <h2 id="outputs-title">Outputs</h2>
      {job.kind === 'VIDEO' && <VideoOutputs stream={job.playlistUrl} variants={variants} />}
      {job.kind === 'AUDIO' && <AudioOutputs variants={variants} />}
      {document && <DocumentOutputs variants={variants} />}
      {pictures.length > 0 && <Gallery pictures={pictures} />}
      <FileTable variants={variants} />
    </section>
  );
}
