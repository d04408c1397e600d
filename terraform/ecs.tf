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
      # No task enables ECS Exec: nobody gets a shell in a container with a user's file.
      logging = "NONE"
    }
  }

  lifecycle {
    precondition {
      condition     = local.images.media != "missing"
      error_message = "There are no container images for ${var.task_architecture}: run `make build ARCHITECTURES=${var.task_architecture}` and `make images` first."
    }
  }
}

resource "aws_ecs_cluster_capacity_providers" "tasks" {
  cluster_name       = aws_ecs_cluster.tasks.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]

  # For tasks run by hand; the state machine chooses a provider for each try.
  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
}
