locals {
  # The endpoint policies allow only our resources, so that a compromised program cannot copy data to
  # another account's bucket or table.
  gateway_endpoints = {
    s3 = [
      {
        Sid       = "OurBuckets"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload", "s3:ListBucket", "s3:ListBucketVersions"]
        Resource  = [aws_s3_bucket.media.arn, "${aws_s3_bucket.media.arn}/*", aws_s3_bucket.output.arn, "${aws_s3_bucket.output.arn}/*"]
        Condition = { StringEquals = { "aws:PrincipalAccount" = local.account } }
      },
      {
        # ECR stores image layers in its own bucket: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
        Sid       = "ImageLayers"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["s3:GetObject"]
        Resource  = ["arn:${local.partition}:s3:::prod-${local.region}-starport-layer-bucket/*"]
        Condition = null
      },
    ]
    dynamodb = [{
      Sid       = "OurTables"
      Effect    = "Allow"
      Principal = "*"
      Action    = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"]
      Resource  = [aws_dynamodb_table.jobs.arn, aws_dynamodb_table.queue.arn]
      Condition = { StringEquals = { "aws:PrincipalAccount" = local.account } }
    }]
  }

  interface_endpoints = {
    "ecr.api" = { actions = ["ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], resources = ["*"] }
    "ecr.dkr" = { actions = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], resources = ["*"] }
    "logs"    = { actions = ["logs:CreateLogStream", "logs:PutLogEvents"], resources = ["*"] }
    # A task token does not identify a state machine, so these actions have no resource ARN.
    "states" = { actions = ["states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"], resources = ["*"] }
  }
}

resource "aws_vpc_endpoint" "gateway" {
  for_each = local.gateway_endpoints

  vpc_id            = aws_vpc.tasks.id
  service_name      = "com.amazonaws.${local.region}.${each.key}"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_route_table.private.id]
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for statement in each.value : { for key, value in statement : key => value if value != null }]
  })
  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = local.interface_endpoints

  vpc_id              = aws_vpc.tasks.id
  service_name        = "com.amazonaws.${local.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = slice(aws_subnet.private[*].id, 0, var.endpoint_zones)
  security_group_ids  = [aws_security_group.endpoints.id]
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OurAccount"
      Effect    = "Allow"
      Principal = "*"
      Action    = each.value.actions
      Resource  = each.value.resources
      Condition = { StringEquals = { "aws:PrincipalAccount" = local.account } }
    }]
  })
  tags = { Name = "${var.name}-${each.key}" }
}
