terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}
data "aws_partition" "current" {}

locals {
  family  = "${var.workload.prefix}-${var.name}"
  account = data.aws_caller_identity.current.account_id
  region  = data.aws_region.current.name
  # Roles are global in an account: the region tells two deployments of one name apart.
  role = "${var.workload.prefix}-${local.region}-${var.name}"

  settings = merge(var.workload.settings, { TASK_MEMORY_MIB = tostring(var.size.memory) })

  statements = concat(
    var.permissions,
    [for service, actions in var.key_use : {
      sid        = "UseKeyThrough${title(service)}"
      actions    = actions
      resources  = [var.workload.key_arn]
      conditions = { StringEquals = { "kms:ViaService" = ["${service}.${local.region}.amazonaws.com"] } }
    }],
  )

  # Only tasks of this account may assume the roles (prevents the confused deputy problem).
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TasksOfThisAccountOnly"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = {
        ArnLike      = { "aws:SourceArn" = "arn:${data.aws_partition.current.partition}:ecs:${local.region}:${local.account}:*" }
        StringEquals = { "aws:SourceAccount" = local.account }
      }
    }]
  })
}

resource "aws_ecs_task_definition" "this" {
  family                   = local.family
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.size.cpu
  memory                   = var.size.memory
  task_role_arn            = aws_iam_role.task.arn
  execution_role_arn       = aws_iam_role.execution.arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = upper(var.architecture)
  }

  ephemeral_storage {
    size_in_gib = var.size.storage
  }

  # The only writable directory; the rest of the root file system is read-only.
  volume {
    name = "work"
  }

  container_definitions = jsonencode([{
    name                   = var.name
    image                  = var.image
    essential              = true
    command                = ["node", "dist/tasks/${var.name}/main.mjs"]
    user                   = "node"
    privileged             = false
    readonlyRootFilesystem = true
    # Maximum on Fargate; Spot sends SIGTERM two minutes before it stops a task.
    stopTimeout     = 120
    linuxParameters = { initProcessEnabled = true, capabilities = { add = [], drop = ["ALL"] } }
    mountPoints     = [{ sourceVolume = "work", containerPath = "/tmp", readOnly = false }]
    environment = concat(
      [for name in sort(var.setting_names) : { name = name, value = local.settings[name] } if contains(keys(local.settings), name)],
      [{ name = "POWERTOOLS_SERVICE_NAME", value = var.name }, { name = "POWERTOOLS_METRICS_NAMESPACE", value = var.workload.prefix }],
    )
    portMappings   = []
    systemControls = []
    volumesFrom    = []
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this.name
        awslogs-region        = local.region
        awslogs-stream-prefix = "task"
        # A slow log endpoint must not block a transcode.
        mode            = "non-blocking"
        max-buffer-size = "4m"
      }
    }
  }])

  # Every change makes a new revision. Deregistering the old one first would leave the family without an
  # ACTIVE revision for RunTask to find. Running tasks keep a deregistered revision.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/ecs/${local.family}"
  retention_in_days = var.workload.log_retention
  kms_key_id        = var.workload.key_arn
}

# Permissions of the program.
resource "aws_iam_role" "task" {
  name               = local.role
  assume_role_policy = local.assume_role_policy
}

resource "aws_iam_role_policy" "task" {
  #checkov:skip=CKV_AWS_290:Task tokens do not support resource ARNs.
  #checkov:skip=CKV_AWS_355:Task tokens do not support resource ARNs.
  name = "work"
  role = aws_iam_role.task.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for statement in local.statements : {
      for key, value in {
        Sid       = statement.sid
        Effect    = "Allow"
        Action    = statement.actions
        Resource  = statement.resources
        Condition = length(statement.conditions) > 0 ? statement.conditions : null
      } : key => value if value != null
    }]
  })
}

# Permissions of ECS before the program starts: to pull the image and create the log stream.
resource "aws_iam_role" "execution" {
  name               = "${local.role}-start"
  assume_role_policy = local.assume_role_policy
}

resource "aws_iam_role_policy" "execution" {
  #checkov:skip=CKV_AWS_355:ECR authorization tokens do not support resource ARNs.
  name = "start"
  role = aws_iam_role.execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "PullImage"
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = [var.repository_arn]
      },
      {
        # ecr:GetAuthorizationToken does not support resource ARNs.
        Sid      = "OpenRegistry"
        Effect   = "Allow"
        Action   = ["ecr:GetAuthorizationToken"]
        Resource = ["*"]
      },
      {
        Sid      = "OpenLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.this.arn}:*"]
      },
    ]
  })
}
