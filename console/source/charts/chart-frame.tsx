import type { ComponentChildren } from 'preact';

/**
 * Renders a chart with its numbers in a table below: the drawing itself is hidden from screen
 * readers.
 */
export function ChartFrame({
  title,
  unit,
  columns,
  rows,
  children,
}: {
  title: string;
  unit: string;
  columns: string[];
  rows: string[][];
  children: ComponentChildren;
}) {
  return (
    <figure class="chart">
      <figcaption>
        <h2>{title}</h2>
        <p class="small muted">{unit}</p>
      </figcaption>
      <div aria-hidden="true">{children}</div>
      <details>
        <summary>
          Data<span class="hidden"> for: {title}</span>
        </summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard. */}
        <section class="table-scroll" aria-label={`Data for: ${title}`} tabIndex={0}>
          <table>
            <thead>
              <tr>
                {columns.map((column, i) => (
                  <th key={column} scope="col" class={i > 0 ? 'number' : ''}>
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(([first, ...rest]) => (
                <tr key={first}>
                  <th scope="row">{first}</th>
                  {rest.map((cell, i) => (
                    <td key={i} class="number">
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </figure>
  );
}
