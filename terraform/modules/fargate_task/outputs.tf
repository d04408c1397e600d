output "family" {
  description = "Family of the task definition; without a revision, ECS runs the latest, so that an old execution that is redriven gets the program of today."
  value       = aws_ecs_task_definition.this.family
}

output "task_definition_arns" {
  description = "Every revision, for the policy of who starts it."
  value       = "${aws_ecs_task_definition.this.arn_without_revision}:*"
}

output "role_arns" {
  description = "The roles that whoever starts the task hands over."
  value       = [aws_iam_role.task.arn, aws_iam_role.execution.arn]
}

output "log_group_name" {
  description = "Its log group."
  value       = aws_cloudwatch_log_group.this.name
}
