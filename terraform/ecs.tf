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

  # Of the one try after a lack of memory, disk or time: docs/adr/0023-larger-tasks.md. Four times the
  # memory for twice the CPU, since ffmpeg needs more memory with each thread.
  default_larger_task_sizes = {
    transcode-video         = { cpu = 8192, memory = 32768 }
    transcode-audio         = { cpu = 2048, memory = 8192 }
    convert-office-document = { cpu = 2048, memory = 16384 }
  }
  # A task_size above these defaults raises them. The larger of two sizes in each part is one that
  # Fargate offers: no CPU has less memory than a smaller one.
  larger_task_sizes = { for name, default in local.default_larger_task_sizes : name => {
    cpu    = try(var.larger_task_size[name].cpu, max(local.task_sizes[name].cpu, default.cpu))
    memory = try(var.larger_task_size[name].memory, max(local.task_sizes[name].memory, default.memory))
  } }

  # Memory in MiB that Fargate offers, by CPU units:
  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
  fargate_memory = {
    "256"   = [512, 1024, 2048]
    "512"   = range(1024, 4097, 1024)
    "1024"  = range(2048, 8193, 1024)
    "2048"  = range(4096, 16385, 1024)
    "4096"  = range(8192, 30721, 1024)
    "8192"  = range(16384, 61441, 4096)
    "16384" = range(32768, 122881, 8192)
  }
  fargate_combinations = "Expected a combination that Fargate offers: 256 CPU units with 512, 1,024 or 2,048 MiB; 512 with 1 to 4 GiB; 1,024 with 2 to 8; 2,048 with 4 to 16; 4,096 with 8 to 30; 8,192 with 16 to 60 in steps of 4; 16,384 with 32 to 120 in steps of 8."

  # Ephemeral storage in GiB that the largest upload takes: itself, a copy (a rendition may be one), the
  # encoded outputs in bytes per second, and the image, which Fargate stores there, too:
  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html
  needed_storage = { for name, work in {
    transcode-video         = { bytes = local.limits.MAX_VIDEO_BYTES, seconds = local.limits.MAX_VIDEO_SECONDS, rate = local.video_rate }
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
      condition = alltrue(flatten([for name, size in local.larger_task_sizes : [
        for part, value in size : value >= local.task_sizes[name][part]
      ]]))
      error_message = "Expected larger_task_size of at least task_size, in each part: ${jsonencode(local.task_sizes)}. The same turns larger tasks off."
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
