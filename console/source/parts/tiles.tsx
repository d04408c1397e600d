export function Tiles({ tiles }: { tiles: { label: string; value: string; note: string }[] }) {
  return (
    <dl class="tiles">
      {tiles.map(({ label, value, note }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <span class="tile-value numbers">{value}</span>
            <span class="small muted">{note}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
