import type { ComponentChildren } from 'preact';
import type { Job } from '../../../contract/job-api.ts';
import { Icon } from './icon.tsx';

export function JobFacts({ job }: { job: Job }) {
  const { source, execution, tenantId, userId, attempt, maxAttempts } = job;
  const redriven = execution.redriveCount > 0 ? `, redriven ${execution.redriveCount}×` : '';
  return (
    <section aria-labelledby="facts-title">
      <h2 id="facts-title">Details</h2>
      <dl class="facts pairs">
        {tenantId && <Fact name="Tenant">{tenantId}</Fact>}
        {userId && <Fact name="User">{userId}</Fact>}
        <Fact name="Attempt">{`${attempt} of ${maxAttempts}${redriven}`}</Fact>
        {job.profile && <Fact name="Profile">{job.profile.name}</Fact>}
        {source.contentType && <Fact name="Type">{source.contentType}</Fact>}
      </dl>
      <dl class="facts">
        <Fact name="Job">
          <code>{job.jobId}</code>
        </Fact>
        <Fact name="Upload">
          <code>{source.key}</code>
        </Fact>
        {job.manifest && (
          <Fact name="Manifest">
            <OutsideLink href={job.manifest.url}>manifest.json</OutsideLink>
          </Fact>
        )}
        <Fact name="Execution">
          <OutsideLink href={execution.consoleUrl}>Open in the AWS console</OutsideLink>
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function OutsideLink({ href, children }: { href: string; children: string }) {
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {children} <Icon name="link" size={12} />
    </a>
  );
}
