locals {
  default_task_sizes = {
    transcode-video         = { cpu = 4096, memory = 8192, storage = 100 }
    transcode-audio         = { cpu = 1024, memory = 2048, storage = 40 }
    convert-office-document = { cpu = 1024, memory = 4096, storage = 21 }
  }
  task_sizes = { for name, default in local.default_task_sizes : name => {
    cpu     = try(var.task_size[name].cpu, default.cpu)
    memory  = try(var.task_size[name].memory, default.memory)
    storage = try(coalesce(var.task_size[name].storage), default.storage)
  } }

  # Ephemeral storage in GiB that the largest upload takes: itself, a copy (a rendition may be one), the
  # encoded outputs in bytes per second, and the image, which Fargate stores there, too:
  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html
  needed_storage = { for name, work in {
    transcode-video         = { bytes = local.limits.MAX_VIDEO_BYTES, seconds = local.limits.MAX_VIDEO_SECONDS, rate = 1800000 }
    transcode-audio         = { bytes = local.limits.MAX_AUDIO_BYTES, seconds = local.limits.MAX_AUDIO_SECONDS, rate = 80000 }
    convert-office-document = { bytes = local.limits.MAX_DOCUMENT_BYTES, seconds = 0, rate = 0 }
  } : name => ceil((2 * work.bytes + work.seconds * work.rate) / pow(1024, 3)) + 5 }

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
      condition     = alltrue([for name, needed in local.needed_storage : local.task_sizes[name].storage >= needed])
      error_message = "Expected storage in task_size for the largest upload, in GiB: ${jsonencode(local.needed_storage)}. Raise it (at most 200), or lower the MAX_*_BYTES and MAX_*_SECONDS of settings."
    }
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
