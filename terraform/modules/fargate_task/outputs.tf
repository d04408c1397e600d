output "family" {
  description = "Family of the task definition. Without a revision, ECS runs the latest, so that a redriven execution runs the current program."
  value       = aws_ecs_task_definition.this.family
}

output "task_definition_arns" {
  description = "ARN pattern of all revisions, for the policy of the role that runs the task."
  value       = "${aws_ecs_task_definition.this.arn_without_revision}:*"
}

output "role_arns" {
  description = "Roles that the caller of RunTask must be allowed to pass."
  value       = [aws_iam_role.task.arn, aws_iam_role.execution.arn]
}

output "log_group_name" {
  description = "Name of the log group."
  value       = aws_cloudwatch_log_group.this.name
}
