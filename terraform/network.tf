locals {
  # Zones with Fargate, where it is not in all of a region's:
  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html
  fargate_zone_ids = {
    us-west-1      = ["usw1-az1", "usw1-az3"]
    ap-northeast-1 = ["apne1-az1", "apne1-az2", "apne1-az4"]
    cn-north-1     = ["cnn1-az1", "cnn1-az2"]
  }
  zones = {
    for index, id in data.aws_availability_zones.available.zone_ids : id => data.aws_availability_zones.available.names[index]
    if contains(lookup(local.fargate_zone_ids, local.region, [id]), id)
  }
  # By name: IDs are the same in every account, names are not.
  zone_names = var.zone_ids == null ? sort(values(local.zones)) : [for id in var.zone_ids : local.zones[id]]
}

# VPC of the tasks: private subnets without internet access. Tasks reach only AWS services, through VPC
# endpoints.
resource "aws_vpc" "tasks" {
  cidr_block           = var.vpc_cidr
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = var.name }
}

resource "aws_subnet" "private" {
  count = 2

  vpc_id                  = aws_vpc.tasks.id
  cidr_block              = cidrsubnet(var.vpc_cidr, 2, count.index)
  availability_zone       = local.zone_names[count.index]
  map_public_ip_on_launch = false
  tags                    = { Name = "${var.name}-private-${count.index}" }
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.tasks.id
  tags   = { Name = "${var.name}-private" }
}

resource "aws_route_table_association" "private" {
  count = 2

  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private.id
}

# Removes all rules from the VPC's default security group.
resource "aws_default_security_group" "empty" {
  vpc_id = aws_vpc.tasks.id
}

resource "aws_security_group" "tasks" {
  name        = "${var.name}-tasks"
  description = "Tasks: egress to the endpoints, no ingress"
  vpc_id      = aws_vpc.tasks.id

  egress {
    description     = "Interface endpoints"
    security_groups = [aws_security_group.endpoints.id]
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
  }

  egress {
    description     = "Gateway endpoints"
    prefix_list_ids = [for endpoint in aws_vpc_endpoint.gateway : endpoint.prefix_list_id]
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
  }
}

resource "aws_security_group" "endpoints" {
  name        = "${var.name}-endpoints"
  description = "Interface endpoints: ingress from the VPC, no egress"
  vpc_id      = aws_vpc.tasks.id

  ingress {
    description = "Tasks"
    cidr_blocks = [aws_vpc.tasks.cidr_block]
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
  }
}

resource "aws_flow_log" "tasks" {
  vpc_id                   = aws_vpc.tasks.id
  traffic_type             = "ALL"
  log_destination          = aws_cloudwatch_log_group.flow.arn
  iam_role_arn             = aws_iam_role.flow_log.arn
  max_aggregation_interval = 600
}

resource "aws_cloudwatch_log_group" "flow" {
  name              = "/aws/vpc/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.data.arn
}

resource "aws_iam_role" "flow_log" {
  name = "${local.regional_name}-flow-log"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "FlowLogsOfThisAccount"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "vpc-flow-logs.amazonaws.com" }
      Condition = {
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:ec2:${local.region}:${local.account}:vpc-flow-log/*" }
        StringEquals = { "aws:SourceAccount" = local.account }
      }
    }]
  })
}

resource "aws_iam_role_policy" "flow_log" {
  name = "write"
  role = aws_iam_role.flow_log.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "WriteFlowLog"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
      Resource = ["${aws_cloudwatch_log_group.flow.arn}:*"]
    }]
  })
}
