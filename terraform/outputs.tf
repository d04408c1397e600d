output "region" {
  description = "Region of the deployment."
  value       = local.region
}

output "media_bucket" {
  description = "Bucket for uploads, to tenants/{tenant}/users/{user}/media/{file}."
  value       = aws_s3_bucket.media.bucket
}

output "output_bucket" {
  description = "Bucket for outputs."
  value       = aws_s3_bucket.output.bucket
}

output "job_table" {
  description = "Name of the DynamoDB table of jobs."
  value       = aws_dynamodb_table.jobs.name
}

output "queue_table" {
  description = "Name of the DynamoDB table of slots and waiting jobs."
  value       = aws_dynamodb_table.queue.name
}

output "state_machine_arn" {
  description = "ARN of the state machine."
  value       = aws_sfn_state_machine.media_pipeline.arn
}

output "backfill_state_machine_arn" {
  description = "ARN of the state machine of backfills."
  value       = aws_sfn_state_machine.media_backfill.arn
}

output "dead_letter_queue_url" {
  description = "URL of the dead-letter queue (FIFO) of failed jobs."
  value       = aws_sqs_queue.dead_letters.url
}

output "undelivered_queue_url" {
  description = "URL of the queue of undelivered events."
  value       = aws_sqs_queue.undelivered.url
}

output "job_events_topic_arn" {
  description = "ARN of the SNS topic of job events (completed, rejected, failed, cancelled)."
  value       = aws_sns_topic.job_events.arn
}

output "api_url" {
  description = "URL of the API."
  value       = aws_apigatewayv2_stage.default.invoke_url
}

output "upload_origins" {
  description = "Web origins that may call the API from a browser."
  value       = var.upload_origins
}

output "process_image_function" {
  description = "Name of the function that processes images."
  value       = module.process_image.function_name
}

output "serve_api_function" {
  description = "Name of the function that serves the API."
  value       = module.serve_api.function_name
}

output "reconcile_jobs_function" {
  description = "Name of the function that reconciles jobs with Step Functions; may be invoked at any time."
  value       = module.reconcile_jobs.function_name
}

output "reconcile_queues_function" {
  description = "Name of the function that repairs the queues; may be invoked at any time."
  value       = module.reconcile_queues.function_name
}

output "report_stopped_task_function" {
  description = "Name of the function that reports tasks that stopped without reporting."
  value       = module.report_stopped_task.function_name
}

output "console_url" {
  description = "URL of the web console; null if it is not hosted."
  value       = one(local.console_origins)
}

output "repository_urls" {
  description = "ECR repository URLs by image; `make images` pushes to them."
  value       = { for name, repository in aws_ecr_repository.image : name => repository.repository_url }
}

output "task_architecture" {
  description = "CPU architecture that `make images` builds for."
  value       = var.task_architecture
  # `make images` applies only the repositories, and this output with them.
  depends_on = [aws_ecr_repository.image]
}

output "dashboard_url" {
  description = "URL of the CloudWatch dashboard."
  value       = "https://${local.region}.console.aws.amazon.com/cloudwatch/home?region=${local.region}#dashboards/dashboard/${aws_cloudwatch_dashboard.operations.dashboard_name}"
}

output "settings" {
  description = "The settings of the deployment; for those that are null, the code's default applies."
  value       = var.settings
}
