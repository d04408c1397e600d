output "region" {
  description = "Region of the deployment."
  value       = local.region
}

output "media_bucket" {
  description = "Bucket to upload to, as tenants/{tenant}/users/{user}/media/{file}."
  value       = aws_s3_bucket.media.bucket
}

output "output_bucket" {
  description = "Bucket with what was made of the uploads."
  value       = aws_s3_bucket.output.bucket
}

output "job_table" {
  description = "DynamoDB table of jobs."
  value       = aws_dynamodb_table.jobs.name
}

output "state_machine_arn" {
  description = "The state machine."
  value       = aws_sfn_state_machine.media_pipeline.arn
}

output "dead_letter_queue_url" {
  description = "FIFO queue of failed jobs."
  value       = aws_sqs_queue.dead_letters.url
}

output "undelivered_queue_url" {
  description = "Queue of events that no target took."
  value       = aws_sqs_queue.undelivered.url
}

output "job_events_topic_arn" {
  description = "SNS topic of completed, rejected, failed and cancelled jobs."
  value       = aws_sns_topic.job_events.arn
}

output "api_url" {
  description = "Address of the API."
  value       = aws_apigatewayv2_stage.default.invoke_url
}

output "serve_api_function" {
  description = "The function behind the API."
  value       = module.serve_api.function_name
}

output "reconcile_jobs_function" {
  description = "The function that repairs what was lost; may be invoked at any time."
  value       = module.reconcile_jobs.function_name
}

output "report_stopped_task_function" {
  description = "The function that tells why a task ended that could not."
  value       = module.report_stopped_task.function_name
}

output "console_url" {
  description = "Address of the web page; null where it is not hosted."
  value       = one(local.console_origins)
}

output "repository_urls" {
  description = "ECR repositories by image; `make images` pushes to them."
  value       = { for name, repository in aws_ecr_repository.image : name => repository.repository_url }
}

output "task_architecture" {
  description = "Processor that `make images` builds for."
  value       = var.task_architecture
  # That target applies the repositories alone, and with them what depends on them.
  depends_on = [aws_ecr_repository.image]
}

output "dashboard_url" {
  description = "CloudWatch dashboard."
  value       = "https://${local.region}.console.aws.amazon.com/cloudwatch/home?region=${local.region}#dashboards/dashboard/${aws_cloudwatch_dashboard.operations.dashboard_name}"
}
