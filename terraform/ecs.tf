locals {
  tasks                = [module.transcode_video, module.transcode_audio, module.convert_office_document]
  task_definition_arns = local.tasks[*].task_definition_arns
  task_role_arns       = flatten(local.tasks[*].role_arns)
}

resource "aws_ecs_cluster" "tasks" {
  #checkov:skip=CKV_AWS_223:No task enables ECS Exec, so there is nothing to log.
  name = var.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }

  configuration {
    execute_command_configuration {
      # Nobody gets a shell in a container that holds a user's file: no task enables it, and without a log it could not be used unseen.
      logging = "NONE"
    }
  }

  lifecycle {
    precondition {
      condition     = local.images.media != "missing"
      error_message = "The containers were not laid out for ${var.task_architecture}: run `make build ARCHITECTURES=${var.task_architecture}` and `make images` first."
    }
  }
}

resource "aws_ecs_cluster_capacity_providers" "tasks" {
  cluster_name       = aws_ecs_cluster.tasks.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]

  # For what an operator runs by hand; the state machine names a provider for each attempt.
  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
}
