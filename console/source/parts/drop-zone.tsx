import { useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

export function DropZone({ onFiles }: { onFiles: (files: File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [empty, setEmpty] = useState<string[]>([]);
  const take = (list: FileList | null | undefined) => {
    const files = [...(list ?? [])];
    setEmpty(files.filter(({ size }) => size === 0).map(({ name }) => name));
    const full = files.filter(({ size }) => size > 0);
    if (full.length > 0) onFiles(full);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer?.files);
  };
  const hover = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <section
      class={`drop-zone${over ? ' over' : ''}`}
      aria-label="Choose files"
      onDrop={drop}
      onDragOver={hover}
      onDragLeave={() => setOver(false)}
    >
      <Icon name="upload" size={32} />
      <p class="drop-title">Drop files here</p>
      <button type="button" class="button primary" onClick={() => input.current?.click()}>
        Choose files
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = '';
        }}
      />
      <p class="small muted">Files go directly to S3; large ones are uploaded in parts.</p>
      <div role="alert">
        {empty.length > 0 && <p class="field-error">Empty files were not uploaded: {empty.join(', ')}</p>}
      </div>
    </section>
  );
}
